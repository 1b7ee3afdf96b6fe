"""Of several workers one fires, one that is killed has not, and nobody waits for what another holds."""

import os
import signal
import subprocess
import sys

import pytest
from django.utils import timezone

from innotter.jobs import services
from innotter.jobs.engine.firing import fire_due
from innotter.jobs.models import Job, QueueEntry, RecurringJob
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory, RecurringJobFactory
from tests.jobs.work import work
from tests.together import at_the_same_moment, held_by_another

pytestmark = pytest.mark.django_db(transaction=True)


def due(count=1):
    """Recurring jobs of one person whose time has come."""
    owner = UserFactory()
    rows = [RecurringJobFactory(owner=owner) for _number in range(count)]
    RecurringJob.objects.update(next_at=timezone.now())
    return rows


def test_of_several_workers_each_time_is_fired_by_one():
    rows = due(20)
    for _round in range(3):
        before = Job.objects.count()
        assert sum(at_the_same_moment(*[fire_due] * 4)) == len(rows)
        assert Job.objects.count() == before + len(rows)
        work()
        RecurringJob.objects.update(next_at=timezone.now())


#: A worker that is killed when everything is written, and before the commit.
KILLED = """
import os, signal
import django
django.setup()
from innotter.jobs.engine import firing
submit = firing.submit_runs
firing.submit_runs = lambda runs: (submit(runs), print(len(runs), flush=True), os.kill(os.getpid(), signal.SIGKILL))
firing.fire_due()
"""


def test_a_worker_that_is_killed_before_the_commit_has_not_fired(insights_database):
    (recurring,) = due()
    settings = {"DATABASE_URL": insights_database, "DJANGO_SETTINGS_MODULE": "innotter.config.settings"}
    worker = subprocess.run(
        [sys.executable, "-c", KILLED], check=False, env=os.environ | settings, capture_output=True, text=True
    )
    assert (worker.stdout, worker.returncode) == ("1\n", -signal.SIGKILL), worker.stderr
    assert not Job.objects.exists()

    assert work() == 1
    recurring.refresh_from_db()
    assert recurring.next_at > timezone.now()
    assert recurring.runs.count() == 1


def test_what_another_holds_keeps_nobody_from_the_rest():
    first, second = due(2)
    JobFactory(owner=first.owner)
    with held_by_another(first):
        assert work() == 2
    assert (first.runs.count(), second.runs.count()) == (0, 1)
    assert work() == 1


def test_it_is_not_fired_and_run_by_hand_at_the_same_moment():
    (recurring,) = due()
    services.run_recurring_job(owner=recurring.owner, recurring=recurring)
    RecurringJob.objects.update(next_at=timezone.now())
    at_the_same_moment(fire_due, work)
    work()
    recurring.refresh_from_db()
    assert recurring.runs.count() + recurring.skipped == 2
    assert not QueueEntry.objects.exists()


def test_whoever_pauses_it_while_it_is_due_leaves_it_paused():
    (recurring,) = due()
    at_the_same_moment(
        fire_due, lambda: services.pause_recurring_job(owner=recurring.owner, recurring=recurring), fire_due
    )
    recurring.refresh_from_db()
    assert (recurring.is_paused, recurring.next_at) == (True, None)
    assert recurring.runs.count() <= 1
