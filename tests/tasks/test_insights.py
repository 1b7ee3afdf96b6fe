"""A team's people see how it gets on, from the service that looks at events; and take reports along (C-11)."""

import csv
import io
import json
import re
import uuid
from datetime import date

import pytest

from innotter.accounts.gateways import Answer
from innotter.events.forwarding import forward_all, replay
from innotter.tasks import services as tasks
from tests.factories.tasks import TaskFactory, TeamFactory
from tests.running import free_port, wait_until


@pytest.fixture
def watched(settings, insights_service):
    """What the core tells is looked at."""
    settings.INSIGHTS_URL = insights_service
    settings.EVENT_SINKS = {"insights": f"{insights_service}/events"}


@pytest.fixture
def team(alice, bob):
    """Alice's team, with Bob: one task is done, one is begun, one is deleted."""
    team = TeamFactory(owner=alice, members=[bob], name="The <garden> circle", key="GC")
    done, begun, gone = (TaskFactory(team=team, title=title) for title in ("Dig", "Sow", "Weed"))
    for status in ("in_progress", "done"):
        tasks.edit_task(editor=alice, task=done, status=status, assignees=[bob])
    tasks.edit_task(editor=alice, task=begun, status="in_progress", assignees=[alice], due_date=date(2026, 1, 5))
    tasks.delete_task(person=alice, task=gone)
    return team


def page(browser, team, query=""):
    return browser.get(f"/teams/{team.pk}/insights/{query}").content.decode()


def test_a_team_sees_its_charts(watched, team, alice, bob, browser_of):
    forward_all()
    shown = page(browser_of(bob), team)

    assert '<p class="total"><b>1</b><span class="soft small">' in shown
    assert "Open at the end of each day" in shown
    assert shown.count("<svg viewBox") == 3
    assert ">alice</a>" in shown
    assert ">bob</a>" in shown
    table = re.search(r"<tbody><tr><th scope=\"row\">[^<]+</th><td>(\d+)</td><td>(\d+)</td><td>(\d+)</td>", shown)
    assert table.groups() == ("2", "1", "1"), "today: two are there, one is done, one is open"


def test_beside_them_stands_what_was_done_week_by_week(watched, team, alice, browser_of):
    shown = page(browser_of(alice), team)
    assert "The highest bar is 1 task" in shown
    assert f'<a href="/teams/{team.pk}/insights/" aria-current="page">Insights</a>' in shown


def test_a_team_that_the_service_has_not_heard_of_has_nothing_to_show(watched, team, alice, browser_of):
    assert "There is nothing to show yet" in page(browser_of(alice), team)


def test_one_who_left_sees_nothing_and_neither_does_an_admin(watched, team, alice, bob, ada, browser_of):
    forward_all()
    tasks.leave_team(member=bob, team=team)
    forward_all()
    for person in (bob, ada):
        assert browser_of(person).get(f"/teams/{team.pk}/insights/").status_code == 404


def test_sending_everything_again_shows_the_same(watched, team, alice, browser_of):
    forward_all()
    before = page(browser_of(alice), team)
    replay(name="insights")
    forward_all()
    without_tokens = re.compile(r'(name="csrfmiddlewaretoken" value|hx-headers)=[\'"][^>]+')
    assert without_tokens.sub("", page(browser_of(alice), team)) == without_tokens.sub("", before)


def test_a_report_is_asked_for_made_and_taken_along(watched, team, alice, bob, carol, browser_of):
    forward_all()
    browser = browser_of(alice)
    answer = browser.post(f"/teams/{team.pk}/reports/new/", {"days": "30"}, follow=True)
    assert "The report is being prepared" in answer.content.decode()

    def finished():
        return re.search(r'href="(/teams/\d+/reports/[0-9a-f-]+)\.csv"', page(browser, team))

    address = wait_until(finished, what="the report")[1]
    listed = browser.get(f"/teams/{team.pk}/reports/", headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in listed, "nothing is waited for any more"

    rows = list(csv.DictReader(io.StringIO(browser.get(f"{address}.csv").content.decode("utf-8-sig"))))
    assert {row["name"] for row in rows if row["section"] == "people"} == {"alice", "bob"}
    file = browser_of(bob).get(f"{address}.html")
    assert file.headers["Content-Disposition"].startswith('attachment; filename="gc-')
    assert "The &lt;garden&gt; circle" in file.content.decode()
    assert browser.get(f"{address}.json").json()["content"]["throughput"]["done"] == 1
    assert browser.get(f"{address}.pdf").status_code == 404
    assert browser_of(carol).get(f"{address}.csv").status_code == 404


def test_a_report_that_could_not_be_made_says_what_to_do(watched, team, alice, browser_of, monkeypatch):
    row = {"id": str(uuid.uuid4()), "from": "2026-11-01", "to": "2026-11-30", "created_at": "2026-11-30T12:00:00Z"}
    listed = json.dumps({"results": [row | {"status": "failed"}]}).encode()
    monkeypatch.setattr("innotter.tasks.gateways.ask_service", lambda *words, **more: Answer(200, listed))
    shown = browser_of(alice).get(f"/teams/{team.pk}/reports/", headers={"HX-Request": "true"}).content.decode()
    assert "Could not be prepared. Ask for it again, or for a shorter time." in shown
    assert "hx-trigger" not in shown


def test_too_many_reports_at_once_are_refused_kindly(watched, team, alice, browser_of, monkeypatch):
    browser = browser_of(alice)
    answers = iter([Answer(409, b""), Answer(404, b""), Answer(200, b'{"results": []}')])
    monkeypatch.setattr("innotter.tasks.gateways.ask_service", lambda *words, **more: next(answers))
    shown = browser.post(f"/teams/{team.pk}/reports/new/", follow=True).content.decode()
    assert "Too many reports are being prepared" in shown


def test_while_the_service_is_away_the_team_works_all_the_same(team, alice, settings, browser_of):
    settings.INSIGHTS_URL = f"http://127.0.0.1:{free_port()}"
    browser = browser_of(alice)
    assert browser.get(f"/teams/{team.pk}/").status_code == 200
    assert "This is unavailable at the moment" in page(browser, team)
    assert "This is unavailable" in browser.post(f"/teams/{team.pk}/reports/new/", follow=True).content.decode()
    settings.INSIGHTS_URL = ""
    assert "This site has no insights service" in page(browser, team)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Answer(404, b"404 page not found"), id="a proxy that has lost the service"),
        pytest.param(Answer(200, b"<html>Under maintenance</html>"), id="a page of a proxy"),
        pytest.param(Answer(403, b"{}"), id="a refusal"),
        pytest.param(Answer(200, b'{"graphs": []}'), id="another version"),
    ],
)
def test_an_answer_that_is_not_the_services_own_counts_as_none(team, alice, settings, browser_of, monkeypatch, answer):
    settings.INSIGHTS_URL = "http://insights.test"
    monkeypatch.setattr("innotter.tasks.gateways.ask_service", lambda *words, **more: answer)
    browser = browser_of(alice)
    assert "This is unavailable at the moment" in page(browser, team)
    listed = browser.get(f"/teams/{team.pk}/reports/", headers={"HX-Request": "true"})
    assert listed.status_code == 503
