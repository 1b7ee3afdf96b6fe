"""What the insights service says of teams, people and jobs, and whom it says it to (C-11)."""

import csv
import io
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from psycopg import InterfaceError, OperationalError
from psycopg.errors import ReadOnlySqlTransaction

from services.insights import queries, reports
from services.insights.words import WORDS
from tests.running import wait_until
from tests.together import at_the_same_moment

ANYTHING = "?from=2026-11-01&to=2026-11-30"


@pytest.fixture
def task(envelope):
    """An event about a task of team 5, at a time in November."""

    def task(number, status, at, kind="changed", **more):
        day, _space, time = at.partition(" ")
        facts = {
            "task_id": number,
            "team_id": 5,
            "status": status,
            "priority": 2,
            "due_date": None,
            "is_archived": False,
            "assignee_ids": [],
        }
        creator = {"creator_id": 1} if kind == "created" else {}
        return envelope(f"task.{kind}", at=f"2026-11-{day}T{time or '12:00'}:00+00:00", **facts | creator | more)

    return task


@pytest.fixture
def history(tell, envelope, task):
    """Team 5: person 1 founded it, 2 and 3 came, 3 left. Four tasks, of which two are done."""
    events = [
        *(envelope("team.joined", team_id=5, user_id=user) for user in (1, 2, 3)),
        envelope("team.left", team_id=5, user_id=3),
        envelope("team.joined", team_id=6, user_id=4),
        task(1, "todo", "02 08:00", "created", assignee_ids=[1]),
        task(1, "in_progress", "03 08:00", assignee_ids=[1, 2]),
        task(1, "done", "03 18:00", assignee_ids=[1, 2]),
        task(2, "todo", "02", "created", due_date="2026-11-04", assignee_ids=[2]),
        task(2, "in_progress", "04 12:00", due_date="2026-11-04", assignee_ids=[2]),
        task(2, "done", "06 12:00", due_date="2026-11-04", assignee_ids=[2]),
        task(3, "backlog", "05", "created", due_date="2026-11-08", priority=4, assignee_ids=[2]),
        task(4, "todo", "05", "created"),
        task(4, "cancelled", "07"),
        envelope("task.commented", task_id=1, team_id=5, comment_id=1, author_id=2),
    ]
    assert tell(*events) == 204
    return events


def test_a_team_sees_what_it_finishes_how_long_it_takes_and_what_is_late(history, ask):
    found = ask(f"/analytics/teams/5{ANYTHING}").json

    assert found["throughput"]["done"] == 2
    by_day = {day["date"]: (day["created"], day["done"]) for day in found["throughput"]["days"]}
    assert (by_day["2026-11-02"], by_day["2026-11-03"], by_day["2026-11-06"]) == ((2, 0), (0, 1), (0, 1))
    assert found["cycle_time_hours"] == {"tasks": 2, "median": 29.0, "p85": 42.3, "mean": 29.0, "lead_median": 65.0}
    open_at = {day["date"]: day["open"] for day in found["burn_down"]}
    assert [open_at[f"2026-11-0{day}"] for day in range(1, 9)] == [0, 2, 1, 1, 3, 2, 1, 1]
    assert found["overdue"] == {"due": 2, "late": 2, "rate": 1.0}
    people = {row["user"]: row for row in found["people"]}
    assert (people[1]["done"], people[2]["done"], people[2]["open"], people[2]["overdue"]) == (1, 2, 1, 1)
    assert people[1]["median_cycle_hours"] == 10.0


def test_a_span_begins_with_what_was_open_before_it(history, ask):
    found = ask("/analytics/teams/5?from=2026-11-05&to=2026-11-06").json
    assert [day["open"] for day in found["burn_down"]] == [3, 2]
    assert found["throughput"]["done"] == 1


def test_only_those_who_are_in_a_team_are_told_of_it(history, ask, core, client):
    for who, status in ((1, 200), (2, 200), (3, 404), (4, 404)):
        assert ask("/analytics/teams/5", who).status_code == status
    assert ask("/analytics/teams/5", 9, role="admin").status_code == 404
    assert client.get("/api/v1/analytics/teams/5").status_code == 401
    assert client.get("/api/v1/analytics/teams/5", headers=core.service_headers()).status_code == 404
    assert ask("/analytics/teams/77").status_code == 404


def test_the_dashboard_is_of_ones_own_teams(history, ask):
    found = ask(f"/analytics/dashboard{ANYTHING}", 2).json
    assert found["tasks"] == {"total": 4, "open": 1, "overdue": 1, "done": 2}
    assert found["teams"] == [{"team": 5, "open": 1, "overdue": 1, "done": 2}]
    assert found["mine"] == {"open": 1, "overdue": 1, "done": 2}
    assert sum(day["done"] for day in found["days"]) == 2
    assert ask("/analytics/dashboard", 4).json["tasks"]["total"] == 0


def test_how_tasks_lie(history, ask):
    found = ask("/analytics/tasks/distribution").json
    assert found["total"] == 4
    assert found["by_status"] == {"backlog": 1, "cancelled": 1, "done": 2}
    assert found["by_priority"] == {"4": 1, "2": 3}
    assert found["by_person"] == [{"user": 2, "count": 1}]
    assert sum(found["by_age"].values()) == 1
    assert ask("/analytics/tasks/distribution?team=5").json == found
    assert ask("/analytics/tasks/distribution?team=6").status_code == 404
    assert ask("/analytics/tasks/distribution?team=nonsense").status_code == 404


def test_of_others_one_sees_what_they_do_in_teams_that_one_shares(history, ask, tell, envelope):
    tell(envelope("post.liked", post_id=1, page_id=1, user_id=2), envelope("page.followed", page_id=1, follower_id=2))
    found = ask("/analytics/users/2/stats").json
    assert found["tasks"]["done"] == 2
    assert (found["tasks"]["done_in_time"], found["tasks"]["in_time_rate"]) == (0, 0.0)
    assert found["comments"] == 1
    assert set(found) == {"user", "tasks", "comments"}

    own = ask("/analytics/users/2/stats", 2).json
    assert own["activity"] == {"commented": 1, "followed": 1, "liked": 1}
    assert ask("/analytics/users/2/stats", 4).status_code == 404
    assert ask("/analytics/users/4/stats", 4).json["tasks"]["created"] == 0


def test_a_deleted_task_is_gone_from_everything(history, ask, tell, envelope, task):
    tell(envelope("task.deleted", at="2026-11-09T12:00:00+00:00", task_id=3, team_id=5))
    tell(task(3, "done", "08"))  # Comes late.
    found = ask(f"/analytics/teams/5{ANYTHING}").json
    assert found["throughput"]["done"] == 2
    assert found["burn_down"][-1]["open"] == 0
    assert ask("/analytics/tasks/distribution").json["total"] == 3


def test_what_is_put_away_is_not_open(history, ask, tell, task):
    tell(task(3, "backlog", "09", is_archived=True))
    assert ask(f"/analytics/teams/5{ANYTHING}").json["burn_down"][-1]["open"] == 0
    assert ask("/analytics/tasks/distribution").json["total"] == 3


def test_one_who_left_is_told_nothing_even_if_the_joining_comes_last(tell, envelope, ask):
    joined, left = envelope("team.joined", team_id=8, user_id=1), envelope("team.left", team_id=8, user_id=1)
    tell(left)
    tell(joined)
    assert ask("/analytics/teams/8").status_code == 404


def test_jobs_by_their_kind_for_their_owner(tell, envelope, ask):
    def ended(kind, number, **more):
        facts = {"job_id": number, "owner_id": 1, "result_id": 1, "handler": "http_request", "attempts": 1}
        return envelope(f"job.{kind}", **facts | {"milliseconds": 100} | more)

    tell(
        *(envelope("job.submitted", job_id=number, owner_id=1, handler="http_request") for number in range(1, 6)),
        ended("completed", 1),
        ended("completed", 2, milliseconds=300, attempts=3),
        ended("failed", 3, attempts=5),
        envelope("job.cancelled", job_id=4, owner_id=1),
        envelope("job.submitted", job_id=9, owner_id=2, handler="csv_clean"),
    )
    (found,) = ask("/analytics/jobs").json["handlers"]
    assert found == {
        "handler": "http_request",
        "total": 5,
        "completed": 2,
        "failed": 1,
        "cancelled": 1,
        "waiting": 1,
        "retries": 6,
        "p50_ms": 200.0,
        "p95_ms": 290.0,
        "p99_ms": 298.0,
        "success_rate": 0.6667,
    }
    tell(envelope("job.retried", job_id=3, owner_id=1))
    (found,) = ask("/analytics/jobs").json["handlers"]
    assert (found["failed"], found["waiting"]) == (0, 2)


@pytest.mark.parametrize(
    "span", ["?from=2026-02-02&to=2026-02-01", "?from=x", "?to=x", "?from=2020-01-01&to=2026-01-01"]
)
def test_a_span_that_is_none_is_explained(history, ask, span):
    answer = ask(f"/analytics/teams/5{span}")
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    assert answer.content_type == "application/problem+json"


def test_the_first_days_of_all_can_be_asked_for(history, ask):
    assert ask("/analytics/teams/5?to=0001-01-01").status_code == 200


def ask_for_report(client, core, user=1, **body):
    body = {"team": 5, "from": "2026-11-01", "to": "2026-11-30"} | body
    return client.post("/api/v1/reports", json=body, headers=core.headers(user))


LABELS = {"team": "The <garden> circle", "people": {"1": "alice", "2": "=cmd()"}}


@pytest.fixture
def report(history, client, core, ask):
    """A finished report about team 5."""
    answer = ask_for_report(client, core, labels=LABELS)
    assert (answer.status_code, answer.json["status"]) == (202, "waiting")
    address = f"/reports/{answer.json['id']}"
    wait_until(lambda: ask(address).json["status"] == "done", what="the report")
    return address


def test_a_report_is_made_in_the_background_listed_and_fetched(report, ask):
    assert ask(report).json["content"]["throughput"]["done"] == 2
    (listed,) = ask("/reports").json["results"]
    assert f"/reports/{listed['id']}" == report
    assert listed["status"] == "done"
    assert "content" not in listed
    assert ask("/reports?team=5").json["results"] == [listed]
    assert ask("/reports?team=6").json["results"] == []


def test_a_report_is_downloaded_in_three_shapes(report, ask):
    as_json = ask(f"{report}/download")
    assert as_json.json["content"]["team"] == 5
    assert as_json.headers["Content-Disposition"] == 'attachment; filename="team-5-2026-11-01-2026-11-30.json"'

    table = ask(f"{report}/download?format=csv").data
    assert table.startswith(b"\xef\xbb\xbf"), "a spreadsheet reads names in any script"
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    assert {"section": "throughput", "name": "", "measure": "done", "value": "2"} in rows
    assert {"section": "days", "name": "2026-11-05", "measure": "open", "value": "3"} in rows
    names = {row["name"] for row in rows if row["section"] == "people"}
    assert names == {"alice", "'=cmd()"}, "no spreadsheet runs what a name says"

    page = ask(f"{report}/download?format=html").text
    assert "The &lt;garden&gt; circle" in page
    assert "alice" in page
    assert ask(f"{report}/download?format=pdf").status_code == 422


def test_a_report_speaks_the_language_of_whoever_asked_for_it(history, client, core, ask):
    answer = ask_for_report(client, core, labels=LABELS | {"language": "ru"})
    address = f"/reports/{answer.json['id']}"
    wait_until(lambda: ask(address).json["status"] == "done", what="the report")
    page = ask(f"{address}/download?format=html").text
    assert '<html lang="ru">' in page
    assert "Открыто к концу каждого дня" in page
    assert ask_for_report(client, core, labels={"language": "xx"}).status_code == 422


def test_every_language_has_every_word():
    assert len({frozenset(words) for words in WORDS.values()}) == 1


def test_reports_are_for_those_who_are_in_the_team(report, ask, client, core, tell, envelope):
    for user in (3, 4):
        assert ask(report, user).status_code == ask(f"{report}/download", user).status_code == 404
        assert ask("/reports", user).json["results"] == []
        assert ask_for_report(client, core, user).status_code == 404
    assert ask(report, 2).status_code == 200
    tell(envelope("team.left", team_id=5, user_id=2))
    assert ask(report, 2).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"team": "five"},
        {"team": 0},
        {"from": "2026-12-01"},
        {"from": None},
        {"labels": {"people": {"1": "x" * 101}}},
        {"colour": "red"},
        {"labels": "x"},
    ],
)
def test_a_wish_that_makes_no_sense_is_explained(history, client, core, body):
    answer = ask_for_report(client, core, **body)
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")


def test_what_is_no_json_is_refused(client, core):
    answer = client.post("/api/v1/reports", data="{", content_type="application/json", headers=core.headers())
    assert (answer.status_code, answer.json["code"]) == (400, "unreadable")


def test_of_an_unfinished_report_there_is_no_file_and_too_many_are_refused(history, client, core, ask, monkeypatch):
    monkeypatch.setattr(reports, "make_next", lambda store: False)
    for _number in range(reports.MOST_WAITING):
        answer = ask_for_report(client, core)
    assert ask(f"/reports/{answer.json['id']}/download").status_code == 409
    refused = ask_for_report(client, core)
    assert (refused.status_code, refused.json["code"]) == (409, "conflict")


def test_of_reports_that_are_asked_for_at_the_same_moment_no_more_are_taken_than_may_wait(store):
    wish = reports.ReportWish.model_validate({"team": 5, "from": "2026-11-01", "to": "2026-11-30"})

    def ask_for_some():
        with suppress(reports.TooMany):
            for _number in range(reports.MOST_WAITING):
                reports.ask_for(store, user=1, wish=wish)

    at_the_same_moment(*[ask_for_some] * 6)
    assert len(reports.listed(store, [5])) == reports.MOST_WAITING


def test_a_report_that_fails_is_tried_again_and_then_given_up(history, store, monkeypatch):
    wish = reports.ReportWish.model_validate({"team": 5, "from": "2026-11-01", "to": "2026-11-30"})
    found = reports.ask_for(store, user=1, wish=wish)
    works = queries.team
    monkeypatch.setattr(queries, "team", lambda *words: 1 / 0)
    for _number in range(reports.MOST_ATTEMPTS - 1):
        reports.make_next(store)
    assert reports.one(store, report=found["id"], teams=[5])["status"] == "waiting"
    reports.make_next(store)
    assert reports.one(store, report=found["id"], teams=[5])["status"] == "failed"

    again = reports.ask_for(store, user=1, wish=wish)
    monkeypatch.setattr(queries, "team", works)
    assert reports.make_next(store)
    assert reports.one(store, report=again["id"], teams=[5])["status"] == "done"


def test_what_cannot_be_read_is_kept_and_the_rest_goes_on(tell, envelope, client, ask):
    strange = envelope("kettle.boiled", kettle_id=7)
    assert (
        tell("nonsense", envelope("team.joined", team_id=5), strange, envelope("team.joined", team_id=5, user_id=1))
        == 204
    )
    assert client.get("/health/ready").json["dead_letters"] == 2
    assert ask("/analytics/teams/5").status_code == 200


def test_only_the_core_tells_of_events(client, core, envelope):
    assert client.post("/events", json=[], headers=core.headers(role="admin")).status_code == 404
    assert client.post("/events", json=[]).status_code == 401
    headers = core.service_headers() | {"Content-Type": "application/cloudevents-batch+json"}
    assert client.post("/events", data=b"{}", headers=headers).status_code == 400
    alone = core.service_headers() | {"Content-Type": "application/cloudevents+json"}
    assert client.post("/events", json=envelope("team.joined", team_id=5, user_id=1), headers=alone).status_code == 204


def test_it_says_how_it_is(client):
    assert client.get("/health/live").json == {"status": "ok"}
    assert client.get("/health/ready").status_code == 200
    assert "insights_events_total" in client.get("/metrics").text
    answer = client.get("/nowhere")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert client.post("/health/live").status_code == 405


@pytest.mark.parametrize(
    "error", [OperationalError("gone"), InterfaceError("closed"), ReadOnlySqlTransaction("standby")]
)
def test_a_database_that_is_away_is_told(core, ask, client, store, monkeypatch, error):
    def fail(*words):
        raise error

    monkeypatch.setattr("services.insights.store.Store.rows", fail)
    answer = ask("/analytics/dashboard")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert client.get("/health/ready").status_code == 503


def test_what_is_open_today_and_late_is_late_by_todays_date(tell, envelope, task, ask):
    today = datetime.now(UTC).date()
    tell(
        envelope("team.joined", team_id=5, user_id=1),
        task(1, "todo", "02", "created", due_date=str(today - timedelta(days=1))),
        task(2, "todo", "02", "created", due_date=str(today)),
    )
    assert ask("/analytics/dashboard").json["tasks"]["overdue"] == 1


def test_what_no_column_takes_in_a_report_is_a_mistake_and_no_failure(client, core, report):
    wish = {"team": 5, "from": "2026-01-01", "to": "2026-01-05"}
    for labels in ({"team": "a\0b"}, {"people": {"1": "a\0b"}}):
        answer = client.post("/api/v1/reports", json=wish | {"labels": labels}, headers=core.headers(1))
        assert answer.status_code == 422
    deep = client.post("/api/v1/reports", data="[" * 100_000, content_type="application/json", headers=core.headers(1))
    assert deep.status_code in {400, 422}


def test_of_one_persons_reports_the_oldest_go(client, core, store, report, monkeypatch):
    monkeypatch.setattr(reports, "MOST_KEPT", 3)
    wish = {"team": 5, "from": "2026-01-01", "to": "2026-01-05"}
    for _number in range(6):
        client.post("/api/v1/reports", json=wish, headers=core.headers(1))
        while reports.make_next(store):
            pass
    # One may be in the making when the next is asked for: what waits is not counted.
    assert store.rows("SELECT count(*) AS n FROM reports WHERE requested_by = 1")[0]["n"] in {3, 4}


@pytest.mark.parametrize("name", ["=1+1", "＝1+1", " @cmd", "'=1", "\tx"])
def test_no_cell_of_a_report_is_run_by_a_spreadsheet(name):
    assert reports._harmless(name) == f"'{name}"
    assert reports._harmless("plain") == "plain"
