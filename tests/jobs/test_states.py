"""The ways of a job: the whole table, written out by hand, and what of it is open to people."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from innotter.errors import Conflict
from innotter.events.models import Event
from innotter.jobs import services
from innotter.jobs.models import Job, QueueEntry
from innotter.jobs.states import TRANSITIONS, S, move, must_move
from tests.factories.jobs import JobFactory

#: From what, to what.
TABLE = {
    "pending": {"in_progress", "cancelled"},
    "in_progress": {"completed", "failed", "cancelled", "pending"},
    "completed": set(),
    "failed": {"pending", "cancelled"},
    "cancelled": set(),
}
PAIRS = [(come_from, to) for come_from in TABLE for to in TABLE]


def job_in(status, owner, **more):
    """A job that has come so far; who has it holds a lease."""
    job = JobFactory(owner=owner)
    entry = QueueEntry.objects.filter(pk=job.pk)
    if status == "in_progress":
        entry.update(lease=uuid.uuid4(), lease_until=timezone.now() + timedelta(minutes=1), attempt=1)
    elif status != "pending":
        entry.delete()
    Job.objects.filter(pk=job.pk).update(status=status, **more)
    job.refresh_from_db()
    return job


def test_the_table_is_what_the_product_goes_by():
    assert {str(state): {str(to) for to in targets} for state, targets in TRANSITIONS.items()} == TABLE
    assert set(S.values) == set(TABLE)


@pytest.mark.parametrize(("come_from", "to"), PAIRS)
def test_a_job_goes_the_ways_of_the_table_and_no_other(alice, come_from, to):
    job = job_in(come_from, alice)
    is_way = to in TABLE[come_from]
    assert move(Job.objects.filter(pk=job.pk), S(to)) == is_way
    job.refresh_from_db()
    assert job.status == (to if is_way else come_from)


@pytest.mark.parametrize(("come_from", "to"), PAIRS)
def test_where_it_must_go_and_cannot_it_says_so(alice, come_from, to):
    job = job_in(come_from, alice)
    if to in TABLE[come_from]:
        must_move(job, S(to))
    else:
        with pytest.raises(Conflict):
            must_move(job, S(to))


@pytest.mark.parametrize("narrowed_to", S.values)
@pytest.mark.parametrize(("come_from", "to"), [pair for pair in PAIRS if pair[1] in TABLE[pair[0]]])
def test_a_move_can_be_narrowed_to_one_way(alice, come_from, to, narrowed_to):
    job = job_in(come_from, alice)
    assert move(Job.objects.filter(pk=job.pk), S(to), came_from=S(narrowed_to)) == (narrowed_to == come_from)
    job.refresh_from_db()
    assert job.status == (to if narrowed_to == come_from else come_from)


#: What its owner may do by hand, from where.
BY_HAND = {
    "retry_job": {"failed"},
    "run_now": {"pending"},
    "cancel_job": {"pending", "in_progress"},
    "discard_job": {"failed"},
}


@pytest.mark.parametrize("status", TABLE)
@pytest.mark.parametrize("act", BY_HAND)
def test_by_hand_a_job_is_moved_only_from_where_that_makes_sense(alice, act, status):
    job = job_in(status, alice, scheduled_time=timezone.now())
    before, heard = Job.objects.values().get(pk=job.pk), Event.objects.count()
    if status in BY_HAND[act]:
        getattr(services, act)(owner=alice, job=job)
        assert Job.objects.values().get(pk=job.pk) != before
        return
    with pytest.raises(Conflict):
        getattr(services, act)(owner=alice, job=job)
    assert Job.objects.values().get(pk=job.pk) == before
    assert Event.objects.count() == heard


@pytest.mark.parametrize("status", ["pending", "in_progress"])
def test_trying_again_what_is_under_way_does_it_only_once(alice, as_person, status):
    job = job_in(status, alice)
    assert as_person(alice).post(f"/api/jobs/{job.pk}/retry/").status_code == 409
    job.refresh_from_db()
    assert job.status == status
    assert QueueEntry.objects.filter(pk=job.pk).count() == 1
