"""Two at the same job: a worker and its owner, two workers, two dispatchers; and nobody waits for what another has."""

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from innotter.errors import Conflict
from innotter.jobs import services
from innotter.jobs.models import Job, JobResult
from innotter.jobs.services import running, submitting
from innotter.jobs.states import S
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory, OpenJobFactory
from tests.jobs.work import meanwhile
from tests.together import at_the_same_moment, held_by_another, in_a_thread


@pytest.mark.django_db(transaction=True)
def test_no_worker_begins_a_job_while_it_is_being_cancelled(monkeypatch):
    """Between the look, which says that it waits, and the move."""
    job = JobFactory(owner=UserFactory())
    services.hand_over_due()
    begun, must_move = [], submitting.must_move
    meanwhile.append(begun.append)

    def move_after_a_worker_has_come(*args, **changes):
        with pytest.raises(OperationalError):
            in_a_thread(lambda: services.run_job(job_id=job.pk))
        must_move(*args, **changes)

    monkeypatch.setattr(submitting, "must_move", move_after_a_worker_has_come)
    assert services.cancel_job(owner=job.owner, job=job)
    services.run_job(job_id=job.pk)
    job.refresh_from_db()
    assert (job.status, job.attempt, begun) == ("cancelled", 0, [])
    assert not JobResult.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_cancelling_and_running_at_the_same_moment_end_in_one_of_both(settings):
    settings.JOBS_AT_ONCE = 10
    owner = UserFactory()
    jobs = [JobFactory(owner=owner) for _number in range(5)]
    services.hand_over_due()
    for job in jobs:
        at_the_same_moment(lambda job=job: services.run_job(job_id=job.pk), lambda job=job: _cancelled(owner, job))
        job.refresh_from_db()
        outcomes = list(job.results.values_list("outcome", flat=True))
        assert (job.status, outcomes) in [
            ("cancelled", []),
            ("cancelled", ["cancelled"]),
            ("completed", ["completed"]),
        ]


def _cancelled(owner, job):
    try:
        services.cancel_job(owner=owner, job=job)
    except Conflict:
        return  # It was done already.


def test_who_has_read_a_job_that_was_handed_over_anew_since_then_does_not_begin_it(alice, monkeypatch):
    """Its message came twice: another worker has begun and died between this one's read and its move."""
    job, move = JobFactory(owner=alice), running.move
    services.hand_over_due()

    def be_late(jobs, to, **more):
        Job.objects.filter(pk=job.pk).update(attempt=1, status=S.QUEUED)
        return move(jobs, to, **more)

    monkeypatch.setattr(running, "move", be_late)
    services.run_job(job_id=job.pk)
    job.refresh_from_db()
    assert (job.status, job.attempt, job.lease) == ("queued", 1, None)
    assert not JobResult.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_with_the_same_message_one_begins():
    job, begun, both = JobFactory(owner=UserFactory()), [], threading.Barrier(2)
    services.hand_over_due()
    meanwhile.append(lambda run: begun.append(run.job.attempt))

    def work():
        both.wait(10)
        services.run_job(job_id=job.pk)

    at_the_same_moment(work, work)
    assert begun == [1]
    assert job.results.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_job_that_somebody_holds_keeps_no_other_from_being_handed_over(settings):
    settings.JOBS_AT_ONCE = 10
    owner = UserFactory()
    first, second = JobFactory(owner=owner), JobFactory(owner=owner)
    with held_by_another(first):
        assert services.hand_over_due() == [second.pk]
    assert services.hand_over_due() == [first.pk]


@pytest.mark.django_db(transaction=True)
def test_an_abandoned_job_that_somebody_holds_keeps_no_other_from_being_taken_up(settings):
    settings.JOBS_AT_ONCE = 10
    owner = UserFactory()
    first, second = JobFactory(owner=owner), JobFactory(owner=owner)
    services.hand_over_due()
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    with held_by_another(first):
        assert services.take_up_abandoned() == 1
        second.refresh_from_db()
        assert second.status == "pending"
    assert services.take_up_abandoned() == 1


class TestWhatIsDue:
    """What the platform does, and what it leaves to people or to a later time."""

    def test_a_job_for_people_is_never_due(self, alice):
        job = OpenJobFactory(owner=alice)
        Job.objects.filter(pk=job.pk).update(due_at=timezone.now() - timedelta(days=1))
        assert not Job.objects.due().exists()
        assert services.hand_over_due() == []
        job.refresh_from_db()
        assert job.is_on_market

    @pytest.mark.parametrize("status", S)
    def test_only_what_waits_is_due(self, alice, status):
        job = JobFactory(owner=alice)
        Job.objects.filter(pk=job.pk).update(status=status)
        assert Job.objects.due().exists() is (status == S.PENDING)
        assert services.hand_over_due() == ([job.pk] if status == S.PENDING else [])

    @pytest.mark.parametrize(("minutes", "is_due"), [(-1, True), (1, False)])
    def test_at_its_time_and_not_before(self, alice, minutes, is_due):
        job = JobFactory(owner=alice)
        Job.objects.filter(pk=job.pk).update(due_at=timezone.now() + timedelta(minutes=minutes))
        assert services.hand_over_due() == ([job.pk] if is_due else [])


class TestLeases:
    @pytest.mark.parametrize(("status", "leases"), [("in_progress", 1), ("queued", 10)])
    def test_a_lease_is_as_long_as_it_should_be(self, alice, settings, status, leases):
        settings.JOBS_LEASE_SECONDS = 60
        job, ends = JobFactory(owner=alice), []
        services.hand_over_due()
        meanwhile.append(lambda run: ends.append(Job.objects.get(pk=job.pk).lease_until))
        if status == "queued":
            ends.append(Job.objects.get(pk=job.pk).lease_until)
        else:
            services.run_job(job_id=job.pk)
        seconds = (ends[0] - timezone.now()).total_seconds()
        assert 60 * leases - 10 < seconds <= 60 * leases

    @pytest.mark.parametrize("status", ["queued", "in_progress"])
    @pytest.mark.parametrize(("seconds", "count"), [(-1, 1), (30, 0)])
    def test_what_has_a_lease_is_taken_up_when_it_is_over_and_not_before(self, alice, status, seconds, count):
        job = JobFactory(owner=alice)
        lease = {"lease": "0" * 32, "attempt": 1} if status == "in_progress" else {}
        until = timezone.now() + timedelta(seconds=seconds)
        Job.objects.filter(pk=job.pk).update(status=status, lease_until=until, **lease)
        assert services.take_up_abandoned() == count
        job.refresh_from_db()
        assert job.status == ("pending" if count else status)
        assert (job.lease_until is None) == bool(count)
