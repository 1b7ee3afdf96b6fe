"""Nothing that is sent to the insights service makes it fail."""

import json

import pytest
from hypothesis import given

from tests.services.nonsense import EXAMPLES, JSON, PARAMETERS, VALUES, twisted

ADDRESSES = ["dashboard", "tasks/distribution", "users/1/stats", "teams/5", "jobs"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_address_is_too_odd(client, core, tell, envelope, address):
    tell(envelope("team.joined", team_id=5, user_id=1))

    @given(parameters=PARAMETERS, word=VALUES)
    @EXAMPLES
    def ask(parameters, word):
        headers = core.headers(user=1, role="admin")
        assert client.get(f"/api/v1/analytics/{address}", query_string=parameters, headers=headers).status_code < 500
        assert client.get(f"/api/v1/reports/{word}", headers=headers).status_code < 500

    ask()


def test_no_wish_for_a_report_is_too_odd(client, core, tell, envelope):
    tell(envelope("team.joined", team_id=5, user_id=1))
    whole = {"team": 5, "from": "2026-11-01", "to": "2026-11-30", "format": "json"}

    @given(wish=JSON | twisted(whole))
    @EXAMPLES
    def ask(wish):
        headers = core.headers(user=1) | {"Content-Type": "application/json"}
        assert client.post("/api/v1/reports", data=json.dumps(wish), headers=headers).status_code < 500

    ask()


@pytest.mark.parametrize("kind", ["application/cloudevents+json", "application/cloudevents-batch+json"])
def test_no_event_is_too_odd(client, core, envelope, kind):
    headers = core.service_headers() | {"Content-Type": kind}
    facts = {"task_id": 1, "team_id": 5, "status": "todo", "priority": 2, "due_date": None, "is_archived": False}
    whole = envelope("task.changed", **facts, assignee_ids=[])

    @given(event=JSON | twisted(whole))
    @EXAMPLES
    def tell(event):
        for body in (event, [event]):
            assert client.post("/events", data=json.dumps(body), headers=headers).status_code < 500

    tell()


@pytest.mark.parametrize(
    ("type_", "facts", "more"),
    [
        ("job.submitted", {"job_id": 1, "owner_id": 1, "handler": "a\x00b"}, {}),
        ("job.failed", {"job_id": 1, "owner_id": 1, "handler": "a", "attempts": 2**31, "milliseconds": 1}, {}),
        ("job.failed", {"job_id": 1, "owner_id": 1, "handler": "a", "attempts": 1, "milliseconds": 2**63}, {}),
        ("team.joined", {"team_id": 6, "user_id": 1}, {"id": "1\x002"}),
        ("team.joined", {"team_id": 6, "user_id": 1}, {"time": "9999-12-31T23:59:59-14:00"}),
    ],
)
def test_what_no_column_takes_is_put_aside_and_holds_nothing_up(client, core, tell, envelope, type_, facts, more):
    assert tell(envelope(type_, **facts) | more, envelope("team.joined", team_id=5, user_id=1)) == 204
    assert client.get("/api/v1/analytics/teams/5", headers=core.headers(user=1)).status_code == 200
    assert client.get("/health/ready").json["dead_letters"] == 1
