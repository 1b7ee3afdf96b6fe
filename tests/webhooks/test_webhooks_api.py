"""Setting webhooks up by the API: one's own, and a team's."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from standardwebhooks import Webhook as Verifier

from innotter.webhooks.engine import send_due
from innotter.webhooks.models import MOST_WEBHOOKS, Webhook
from tests.factories.tasks import TeamFactory
from tests.factories.webhooks import WebhookFactory

NEW = {"url": "https://hooks.example/a", "types": ["innotter.job.completed"]}


def test_the_secret_is_told_once(as_person, alice):
    answer = as_person(alice).post("/api/webhooks/", NEW)
    assert answer.status_code == 201
    secret = answer.json()["secret"]
    assert secret.startswith("whsec_")
    pk = answer.json()["webhook"]["id"]
    shown = as_person(alice).get(f"/api/webhooks/{pk}/")
    assert "secret" not in shown.json()
    assert secret not in shown.content.decode()
    rotated = as_person(alice).post(f"/api/webhooks/{pk}/rotate/").json()
    assert rotated["secret"] not in {"", secret}


def test_a_test_event_is_sent_and_stands_in_the_log(as_person, alice, receiver):
    api = as_person(alice)
    made = api.post("/api/webhooks/", NEW | {"url": f"{receiver.url}/x"}).json()
    pk = made["webhook"]["id"]
    queued = api.post(f"/api/webhooks/{pk}/test/")
    assert (queued.status_code, queued.json()["status"]) == (202, "waiting")
    send_due()
    ((_path, headers, body),) = receiver.got
    Verifier(made["secret"]).verify(body, headers)
    (row,) = api.get(f"/api/webhooks/{pk}/deliveries/").json()["results"]
    assert (row["message_id"], row["status"], row["status_code"]) == (headers["webhook-id"], "delivered", 204)
    assert row["body"] == body.decode()
    assert api.post(f"/api/webhooks/{pk}/deliveries/{row['id']}/resend/").json()["status"] == "waiting"


def test_the_types_that_can_be_heard_are_listed_with_what_they_mean(as_person, alice):
    types = {row["type"]: row["description"] for row in as_person(alice).get("/api/webhooks/types/").json()}
    assert types["innotter.job.completed"] == "A job is done."
    assert "innotter.user.password_changed" not in types


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": "ftp://hooks.example/"}, "url"),
        ({"url": "hooks.example"}, "url"),
        ({"url": "http://["}, "url"),
        ({"types": ["innotter.user.password_changed"]}, "types"),
        ({"types": ["nonsense"]}, "types"),
        ({"types": []}, "types"),
        ({"types": ["x"] * 101}, "types"),
        ({"url": "https://hooks.example/" + "x" * 2000}, "url"),
        ({"description": "x" * 201}, "description"),
        ({"team": 10**9}, "team"),
    ],
)
def test_what_is_wrong_is_said_field_by_field(as_person, alice, body, field):
    answer = as_person(alice).post("/api/webhooks/", NEW | body)
    assert answer.status_code == 400
    assert field in answer.json()["errors"]


def test_a_person_has_ten_and_a_team_ten_more(as_person, alice):
    team = TeamFactory(owner=alice)
    for _number in range(MOST_WEBHOOKS):
        WebhookFactory(person=alice)
        WebhookFactory(person=alice, team_id=team.pk)
    for more in ({}, {"team": team.pk}):
        assert as_person(alice).post("/api/webhooks/", NEW | more).status_code == 409


def test_a_teams_are_for_those_who_manage_it(as_person, alice, bob, carol):
    team = TeamFactory(owner=alice, members=[bob])
    for person, status in [(alice, 201), (bob, 400), (carol, 400)]:
        assert as_person(person).post("/api/webhooks/", NEW | {"team": team.pk}).status_code == status
    WebhookFactory(person=alice)
    listed = as_person(alice).get(f"/api/webhooks/?team={team.pk}").json()["results"]
    assert [row["team"] for row in listed] == [team.pk]
    for nonsense in ("abc", "-1", "9" * 30):
        answer = as_person(alice).get(f"/api/webhooks/?team={nonsense}")
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["team"])
    assert len(as_person(alice).get("/api/webhooks/").json()["results"]) == 2
    assert as_person(bob).get("/api/webhooks/").json()["results"] == []
    pk = listed[0]["id"]
    for path in ("", "deliveries/"):
        assert as_person(bob).get(f"/api/webhooks/{pk}/{path}").status_code == 404


def test_what_is_switched_off_is_sent_nothing_and_begins_anew(as_person, alice):
    webhook = WebhookFactory(person=alice)
    Webhook.objects.update(failures=7, off_reason="failing", is_on=False)
    api = as_person(alice)
    assert api.post(f"/api/webhooks/{webhook.pk}/test/").status_code == 409
    shown = api.patch(f"/api/webhooks/{webhook.pk}/", {"is_on": True}).json()
    assert (shown["is_on"], shown["failures"], shown["off_reason"]) == (True, 0, "")


def test_a_list_of_many_asks_no_more_than_a_list_of_one(as_person, alice, django_assert_num_queries):
    api = as_person(alice)
    WebhookFactory(person=alice)
    api.get("/api/webhooks/")
    with CaptureQueriesContext(connection) as one:
        api.get("/api/webhooks/")
    for _number in range(9):
        WebhookFactory(person=alice)
    with django_assert_num_queries(len(one)):
        api.get("/api/webhooks/")


def test_a_type_that_another_version_has_known_keeps_nobody_from_changing_the_rest(as_person, alice, browser_of):
    me, old = as_person(alice), ["innotter.job.completed", "innotter.old.type"]
    pk = me.post("/api/webhooks/", NEW).json()["webhook"]["id"]
    Webhook.objects.update(types=old)
    off = me.patch(f"/api/webhooks/{pk}/", {"is_on": False})
    assert (off.status_code, off.json()["is_on"], off.json()["types"]) == (200, False, old)
    sent = {"url": "https://hooks.example/b", "description": "Anew", "is_on": "on", "types": old}
    assert browser_of(alice).post(f"/webhooks/{pk}/", sent).status_code == 302
    kept = Webhook.objects.get()
    assert (kept.description, kept.is_on, kept.types) == ("Anew", True, old)
    for wrong in ([*old, "innotter.other.type"], []):
        assert list(me.patch(f"/api/webhooks/{pk}/", {"types": wrong}).json()["errors"]) == ["types"]
    assert me.patch(f"/api/webhooks/{pk}/", {"types": old[:1]}).json()["types"] == old[:1]
