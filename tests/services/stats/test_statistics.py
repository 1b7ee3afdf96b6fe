"""What the statistics service says of a page, whom it says it to, and what it cannot read (B-16, B-17)."""

import pytest


@pytest.fixture
def page(tell, envelope):
    """A page of person 1 on which something has happened."""
    events = [
        envelope("page.created", page_id=7, owner_id=1, handle="wonder", at="2026-11-08T23:59:00+00:00"),
        envelope("post.published", page_id=7, post_id=1, kind="note", at="2026-11-09T00:01:00+00:00"),
        envelope("post.published", page_id=7, post_id=2, kind="article"),
        envelope("page.followed", page_id=7, follower_id=2),
        envelope("page.followed", page_id=7, follower_id=3),
        envelope("page.unfollowed", page_id=7, follower_id=3, was_follower=True, at="2026-11-11T12:00:00+00:00"),
        envelope("post.liked", page_id=7, post_id=1, user_id=2),
        envelope("comment.published", page_id=7, post_id=2, comment_id=1, comments_change=1),
        envelope("post.published", page_id=8, post_id=3, kind="note", answered_page_id=7),
        envelope("page.viewed", page_id=7, day="2026-11-10", views=12),
    ]
    assert tell(*events) == 204
    return events


def ask(client, core, address="/pages/wonder/statistics?from=2026-11-08&to=2026-11-11", **who):
    return client.get(address, headers=core.headers(**who))


def test_the_owner_sees_what_there_is_and_what_each_day_brought(client, core, page):
    answer = ask(client, core, user=1).json()

    assert answer["totals"] == {
        "posts": 1,
        "articles": 1,
        "followers": 1,
        "follow_requests": 0,
        "likes": 1,
        "replies": 1,
        "comments": 1,
        "views": 12,
    }
    assert [day["date"] for day in answer["days"]] == ["2026-11-08", "2026-11-09", "2026-11-10", "2026-11-11"]
    assert [day["posts"] for day in answer["days"]] == [0, 1, 0, 0]
    assert [day["followers"] for day in answer["days"]] == [0, 0, 2, -1]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ({"user": 1}, 200),
        ({"user": 2}, 404),
        ({"user": 2, "role": "moderator"}, 404),
        ({"user": 9, "role": "admin"}, 200),
    ],
)
def test_only_the_owner_and_admins_are_told(client, core, page, who, status):
    assert ask(client, core, **who).status_code == status


def test_without_a_good_token_nobody_is_told_anything(client, core, page):
    address = "/pages/wonder/statistics"
    for headers in ({}, {"Authorization": "Bearer nonsense"}, core.headers(exp=1), core.headers(typ="refresh")):
        answer = client.get(address, headers=headers)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert answer.json()["code"] == "not_signed_in"
    assert client.get(address, headers=core.headers(aud="another")).status_code == 401


def test_a_key_that_the_core_begins_to_use_is_found_without_a_restart(client, core, page, monkeypatch):
    assert ask(client, core).status_code == 200
    core.rotate()
    monkeypatch.setattr("services.contract.tokens.LEAST_PAUSE", 0)
    assert ask(client, core).status_code == 200


def test_made_up_keys_do_not_make_the_service_ask_the_core_each_time(client, core, page):
    ask(client, core)
    asked = core.asked
    for number in range(20):
        core.kid = f"made-up-{number}"
        core.keys[core.kid] = next(iter(core.keys.values()))
        assert ask(client, core).status_code == 401
    assert core.asked <= asked + 1


def test_tokens_are_checked_while_the_core_is_away(client, core, page, monkeypatch):
    assert ask(client, core).status_code == 200
    core.is_up = False
    monkeypatch.setattr("services.contract.tokens.KEPT", 0)
    assert ask(client, core).status_code == 200


def test_before_the_core_was_ever_reached_the_service_asks_for_patience(client, core):
    core.is_up = False
    answer = ask(client, core)
    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (503, "away", "2")


@pytest.mark.parametrize("span", ["from=2026-11-09&to=2026-11-08", "from=2020-01-01&to=2026-01-01", "from=yesterday"])
def test_a_span_that_is_none_is_explained(client, core, page, span):
    answer = ask(client, core, f"/pages/wonder/statistics?{span}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_without_a_span_it_is_the_last_thirty_days(client, core, page):
    assert len(ask(client, core, "/pages/wonder/statistics").json()["days"]) == 30


def test_only_the_core_tells_of_events(client, core, envelope):
    body = [envelope("page.followed", page_id=7, follower_id=2)]
    assert client.post("/events", json=body).status_code == 401
    assert client.post("/events", json=body, headers=core.headers(role="admin")).status_code == 404


def test_an_event_counts_once_however_often_it_comes(client, core, page, tell):
    tell(*page)
    tell(*reversed(page), *page)
    assert ask(client, core).json()["totals"]["followers"] == 1


def test_types_and_fields_that_are_not_known_are_ignored(client, core, page, tell, envelope):
    strange = envelope("kettle.boiled", kettle_id=7) | {"extension": "of another"}
    liked = envelope("post.liked", page_id=7, post_id=1, user_id=3, mood="good")
    assert tell(strange, liked) == 204
    assert ask(client, core).json()["totals"]["likes"] == 2
    assert client.get("/health/ready").json()["dead_letters"] == 0


def test_what_cannot_be_read_is_kept_with_its_reason_and_the_rest_is_counted(client, core, page, tell, envelope, store):
    no_page = envelope("post.liked", post_id=1)
    no_event = {"hello": "world"}
    assert tell(no_page, no_event, "nonsense", envelope("post.liked", page_id=7, post_id=1, user_id=3)) == 204

    assert ask(client, core).json()["totals"]["likes"] == 2
    assert client.get("/health/ready").json()["dead_letters"] == 3


@pytest.mark.parametrize("body", [b"no json", b"{}", b'"text"'])
def test_a_body_that_is_no_batch_is_refused(client, core, body):
    headers = core.service_headers() | {"Content-Type": "application/cloudevents-batch+json"}
    answer = client.post("/events", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable")


def test_an_event_may_come_alone(client, core, page, envelope):
    headers = core.service_headers() | {"Content-Type": "application/cloudevents+json"}
    event = envelope("post.liked", page_id=7, post_id=1, user_id=3)
    assert client.post("/events", json=event, headers=headers).status_code == 204
    assert ask(client, core).json()["totals"]["likes"] == 2


def test_too_much_at_once_is_refused(client, core, monkeypatch):
    monkeypatch.setattr("services.stats.api.MOST_BYTES", 10)
    headers = core.service_headers() | {"Content-Type": "application/cloudevents-batch+json"}
    assert client.post("/events", content=b"[" + b" " * 20 + b"]", headers=headers).status_code == 413


def test_a_page_is_found_by_the_handle_that_it_has_now(client, core, page, tell, envelope):
    renamed = envelope("page.edited", page_id=7, handle="looking-glass")
    again = envelope("page.edited", page_id=7, handle="underground")
    taken = envelope("page.created", page_id=9, owner_id=2, handle="wonder")
    tell(again, taken, renamed)  # The later rename comes first.

    assert ask(client, core, "/pages/underground/statistics").json()["totals"]["posts"] == 1
    assert ask(client, core, "/pages/looking-glass/statistics").status_code == 404
    assert ask(client, core, "/pages/wonder/statistics", user=1).status_code == 404
    assert ask(client, core, "/pages/wonder/statistics", user=2).json()["totals"]["posts"] == 0


def test_a_deleted_page_has_no_numbers_even_if_its_beginning_comes_later(client, core, tell, envelope):
    created = envelope("page.created", page_id=5, owner_id=1, handle="short-lived")
    tell(envelope("page.deleted", page_id=5, owner_id=1))
    tell(created)
    assert ask(client, core, "/pages/short-lived/statistics").status_code == 404


def test_a_deleted_post_takes_with_it_what_was_counted_of_it(client, core, page, tell, envelope):
    gone = {"likes": 1, "replies": 1, "comments": 0, "answered_page_id": None, "kind": "note"}
    tell(envelope("post.deleted", page_id=7, post_id=1, by_id=1, **gone))
    totals = ask(client, core).json()["totals"]
    assert (totals["posts"], totals["likes"], totals["replies"], totals["comments"]) == (0, 0, 0, 1)


def test_it_says_how_it_is(client, core, page):
    assert client.get("/health/live").json() == {"status": "ok"}
    assert client.get("/health/ready").status_code == 200
    assert 'stats_events_total{outcome="counted"}' in client.get("/metrics").text
    assert "/pages/{uuid}/statistics" in client.get("/openapi.json").json()["paths"]
    answer = client.get("/nowhere")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
