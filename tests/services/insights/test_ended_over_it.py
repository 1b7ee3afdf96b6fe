"""A report that ends whoever makes it is given up like one that fails."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from services.insights import queries, reports

KILLED = """
import os, signal, sys
from services.insights import queries, reports
from services.insights.store import Store
queries.team = lambda *words: os.kill(os.getpid(), signal.SIGKILL)
reports.make_next(Store(sys.argv[1]))
"""


@pytest.fixture
def asked(store):
    wish = reports.ReportWish.model_validate({"team": 5, "from": "2026-11-01", "to": "2026-11-30"})
    return [reports.ask_for(store, user=1, wish=wish)["id"] for _time in range(2)]


def status_of(store, report):
    return reports.one(store, report=report, teams=[5])["status"]


def test_a_report_over_which_process_after_process_is_killed_is_given_up(asked, store, insights_database):
    first, second = asked
    for _time in range(reports.MOST_ATTEMPTS):
        ended = subprocess.run([sys.executable, "-c", KILLED, insights_database], env=os.environ, check=False)
        assert ended.returncode == -signal.SIGKILL
        assert status_of(store, first) == "waiting"
    while reports.make_next(store):
        pass
    assert (status_of(store, first), status_of(store, second)) == ("failed", "done")


def test_a_report_that_another_one_makes_is_left_alone(asked, store, monkeypatch):
    first, second = asked
    works = queries.team

    def meanwhile(*words):
        monkeypatch.setattr(queries, "team", works)
        assert reports.make_next(store)
        assert (status_of(store, first), status_of(store, second)) == ("waiting", "done")
        return works(*words)

    monkeypatch.setattr(queries, "team", meanwhile)
    assert reports.make_next(store)
    assert status_of(store, first) == "done"


def test_whoever_looks_for_reports_while_another_makes_one_counts_no_attempt_at_it(asked, store, monkeypatch):
    works, looks = store.connection, []

    @contextmanager
    def while_another_looks():
        """After each transaction of whoever makes a report, another process looks for one."""
        with works() as connection:
            yield connection
        if len(looks) < 4:
            looks.append(None)
            reports.make_next(store)

    monkeypatch.setattr(store, "connection", while_another_looks)
    reports.make_next(store)
    monkeypatch.undo()
    while reports.make_next(store):
        pass
    assert store.rows("SELECT DISTINCT status, attempts FROM reports") == [{"status": "done", "attempts": 1}]
