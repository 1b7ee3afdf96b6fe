"""Nothing that is sent to the statistics service makes it fail."""

import json
from urllib.parse import quote

import pytest
from hypothesis import given

from tests.services.nonsense import EXAMPLES, JSON, PARAMETERS, VALUES, twisted


def test_no_address_is_too_odd(client, core, tell, envelope):
    tell(envelope("page.created", page_id=7, owner_id=1, handle="wonder"))

    @given(page=VALUES, parameters=PARAMETERS)
    @EXAMPLES
    def ask(page, parameters):
        for name in ("wonder", quote(page, safe="")):
            answer = client.get(f"/pages/{name}/statistics", params=parameters, headers=core.headers(user=1))
            assert answer.status_code < 500

    ask()


@pytest.mark.parametrize("kind", ["application/cloudevents+json", "application/cloudevents-batch+json"])
def test_no_event_is_too_odd(client, core, envelope, kind):
    headers = core.service_headers() | {"Content-Type": kind}
    whole = envelope("page.followed", page_id=7, follower_id=2)

    @given(event=JSON | twisted(whole))
    @EXAMPLES
    def tell(event):
        for body in (event, [event]):
            assert client.post("/events", content=json.dumps(body), headers=headers).status_code < 500

    tell()


@pytest.mark.parametrize(
    "span", ["to=9999-12-31", "to=0001-01-05", "from=0001-01-01&to=0001-01-01", "from=9999-12-30&to=9999-12-31"]
)
def test_the_ends_of_the_calendar_are_days_like_others(client, core, tell, envelope, span):
    tell(envelope("page.created", page_id=7, owner_id=1, handle="wonder"))
    answer = client.get(f"/pages/wonder/statistics?{span}", headers=core.headers(user=1))
    assert answer.status_code == 200
    assert {day["followers"] for day in answer.json()["days"]} == {0}


@pytest.mark.parametrize(
    ("type_", "facts", "more"),
    [
        ("page.followed", {"page_id": 2**63, "follower_id": 2}, {}),
        ("page.created", {"page_id": 8, "owner_id": 10**40, "handle": "ant"}, {}),
        ("page.viewed", {"page_id": 7, "day": "2026-11-10", "views": 10**30}, {}),
        ("page.lost_replies", {"page_id": 7, "replies": 2**63}, {}),
        ("page.followed", {"page_id": 7, "follower_id": 2}, {"time": "0001-01-01T00:00:00+14:00"}),
        ("page.followed", {"page_id": 7, "follower_id": 2}, {"time": "9999-12-31T23:59:59-14:00"}),
        ("page.followed", {"page_id": 7, "follower_id": 2}, {"id": "1\x002"}),
    ],
)
def test_what_no_store_can_hold_is_put_aside_and_holds_nothing_up(client, core, tell, envelope, type_, facts, more):
    page = envelope("page.created", page_id=7, owner_id=1, handle="wonder")
    assert tell(page, envelope(type_, **facts) | more, envelope("post.liked", page_id=7)) == 204
    answer = client.get("/pages/wonder/statistics", headers=core.headers(user=1))
    assert answer.json()["totals"]["likes"] == 1
    assert client.get("/health/ready").json()["dead_letters"] == 1
