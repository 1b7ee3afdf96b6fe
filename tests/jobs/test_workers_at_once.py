"""Two at the same job: a worker and its owner, or two workers; and nobody waits for what another has."""

import threading
import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from innotter.errors import Conflict
from innotter.jobs import engine, services
from innotter.jobs.engine import draining
from innotter.jobs.engine.leasing import Turns, lease_quick, lease_slow
from innotter.jobs.models import Job, JobResult, QueueEntry
from innotter.jobs.services import changing
from innotter.jobs.states import S
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory, OpenJobFactory
from tests.jobs.work import meanwhile, work
from tests.together import at_the_same_moment, held_by_another, in_a_thread


@pytest.mark.django_db(transaction=True)
def test_no_worker_begins_a_job_while_it_is_being_cancelled(monkeypatch):
    """Between the look, which says that it waits, and the move."""
    job = JobFactory(owner=UserFactory())
    begun, must_move = [], changing.must_move
    meanwhile.append(begun.append)

    def move_after_a_worker_has_come(*args, **changes):
        in_a_thread(lambda: begun.extend(lease_slow(turns=Turns())))
        must_move(*args, **changes)

    monkeypatch.setattr(changing, "must_move", move_after_a_worker_has_come)
    assert services.cancel_job(owner=job.owner, job=job)
    work()
    job.refresh_from_db()
    assert (job.status, job.attempt, begun) == ("cancelled", 0, [])
    assert not JobResult.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_quick", [True, False])
def test_cancelling_and_running_at_the_same_moment_end_in_one_of_both(is_quick):
    owner = UserFactory()
    for _number in range(5):
        job = JobFactory(owner=owner)
        QueueEntry.objects.update(is_quick=is_quick)
        at_the_same_moment(work, lambda job=job: _cancelled(owner, job))
        job.refresh_from_db()
        outcomes = list(job.results.values_list("outcome", flat=True))
        assert (job.status, outcomes) in [
            ("cancelled", []),
            ("cancelled", ["cancelled"]),
            ("completed", ["completed"]),
        ]
        assert not QueueEntry.objects.exists()


def _cancelled(owner, job):
    try:
        services.cancel_job(owner=owner, job=job)
    except Conflict:
        return  # It was done already.


@pytest.mark.django_db(transaction=True)
def test_who_retries_a_failed_job_while_another_cancels_it_leaves_nothing_half_done():
    owner = UserFactory()
    for _number in range(5):
        job = JobFactory(owner=owner, parameters={"give_up": True})
        work()
        at_the_same_moment(partial(services.retry_job, owner=owner, job=job), partial(_cancelled, owner, job))
        job.refresh_from_db()
        assert (job.status == "pending") == QueueEntry.objects.filter(pk=job.pk).exists()
        QueueEntry.objects.all().delete()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_quick", [True, False])
def test_of_two_workers_one_begins(is_quick):
    job, begun, both = JobFactory(owner=UserFactory()), [], threading.Barrier(2)
    QueueEntry.objects.update(is_quick=is_quick)
    meanwhile.append(lambda run: begun.append(run.attempt.leased.attempt))

    def work_too():
        both.wait(10)
        work()

    at_the_same_moment(work_too, work_too)
    assert begun == [1]
    assert job.results.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_quick", [True, False])
def test_a_job_that_somebody_holds_keeps_no_other_from_being_begun(is_quick):
    owner = UserFactory()
    first, second = JobFactory(owner=owner), JobFactory(owner=owner)
    QueueEntry.objects.update(is_quick=is_quick)
    lease = lease_quick if is_quick else lease_slow
    with held_by_another(QueueEntry.objects.get(pk=first.pk)):
        assert [one.job_id for one in lease(turns=Turns())] == [second.pk]
    assert [one.job_id for one in lease(turns=Turns())] == [first.pk]


def abandoned(*jobs):
    """Their worker has died."""
    over = timezone.now() - timedelta(seconds=1)
    QueueEntry.objects.filter(pk__in=[job.pk for job in jobs]).update(lease=uuid.uuid4(), lease_until=over, attempt=1)


@pytest.mark.django_db(transaction=True)
def test_an_abandoned_job_that_somebody_holds_keeps_no_other_from_being_taken_up():
    owner = UserFactory()
    first, second = JobFactory(owner=owner), JobFactory(owner=owner)
    abandoned(first, second)
    with held_by_another(QueueEntry.objects.get(pk=first.pk)):
        assert engine.take_up_abandoned() == 1
        assert second.results.get().outcome == "abandoned"
    assert engine.take_up_abandoned() == 1


@pytest.mark.django_db(transaction=True)
def test_who_ends_a_batch_notes_nothing_of_what_others_have_taken_up(monkeypatch):
    """A worker that was away for longer than its lease comes back with three results, of which one is still its own."""
    owner = UserFactory()
    jobs = [JobFactory(owner=owner) for _number in range(3)]
    QueueEntry.objects.update(is_quick=True)
    end, late = draining.end_attempts, [jobs[0].pk, jobs[2].pk]

    def come_back_late(endings):
        QueueEntry.objects.filter(pk__in=late).update(lease_until=timezone.now() - timedelta(seconds=1))
        engine.take_up_abandoned()
        return end(endings)

    monkeypatch.setattr(draining, "end_attempts", come_back_late)
    work()
    outcomes = [list(job.results.values_list("outcome", flat=True)) for job in jobs]
    assert outcomes == [["abandoned"], ["completed"], ["abandoned"]]


class TestWhatIsDue:
    """What the platform does, and what it leaves to people or to a later time."""

    def test_a_job_for_people_is_never_due(self, alice):
        job = OpenJobFactory(owner=alice)
        Job.objects.filter(pk=job.pk).update(due_at=timezone.now() - timedelta(days=1))
        assert work() == 0
        job.refresh_from_db()
        assert job.is_on_market

    @pytest.mark.parametrize(("minutes", "is_due"), [(-1, True), (1, False)])
    def test_at_its_time_and_not_before(self, alice, minutes, is_due):
        job = JobFactory(owner=alice, scheduled_time=timezone.now() + timedelta(hours=1))
        QueueEntry.objects.filter(pk=job.pk).update(due_at=timezone.now() + timedelta(minutes=minutes))
        assert work() == is_due


class TestLeases:
    def test_a_lease_is_as_long_as_it_should_be(self, alice, settings):
        settings.JOBS_LEASE_SECONDS = 60
        job, ends = JobFactory(owner=alice), []
        meanwhile.append(lambda run: ends.append(QueueEntry.objects.get(pk=job.pk).lease_until))
        work()
        assert 50 < (ends[0] - timezone.now()).total_seconds() <= 60

    @pytest.mark.parametrize(("seconds", "count"), [(-1, 1), (30, 0)])
    def test_what_has_a_lease_is_taken_up_when_it_is_over_and_not_before(self, alice, seconds, count):
        job = JobFactory(owner=alice)
        abandoned(job)
        QueueEntry.objects.filter(pk=job.pk).update(lease_until=timezone.now() + timedelta(seconds=seconds))
        assert engine.take_up_abandoned() == count
        assert (QueueEntry.objects.get(pk=job.pk).lease is None) == bool(count)
        job.refresh_from_db()
        assert job.status == S.PENDING
