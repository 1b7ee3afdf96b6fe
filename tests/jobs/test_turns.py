"""Whose job is next: everybody's in turn, and of one person the most urgent and the oldest first."""

from datetime import timedelta

import pytest
from django.utils import timezone

from innotter.jobs.engine.leasing import Turns, lease_quick, lease_slow, outlook
from innotter.jobs.models import QueueEntry
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory
from tests.jobs.work import meanwhile, work
from tests.together import held_by_another

SOON = timedelta(hours=1)


def test_jobs_of_one_person_are_done_in_the_order_of_their_times(alice):
    late, early = JobFactory(owner=alice), JobFactory(owner=alice)
    QueueEntry.objects.filter(pk=early.pk).update(due_at=timezone.now() - SOON)
    assert order_of_work() == [early.pk, late.pk]
    assert work() == 0


def order_of_work():
    """The numbers of the jobs that are due, as they are done."""
    done = []
    meanwhile.append(lambda run: done.append(run.job.pk))
    work()
    return done


@pytest.mark.parametrize("is_quick", [True, False])
def test_owners_take_turns_however_many_jobs_one_of_them_has(alice, bob, is_quick):
    many = [JobFactory(owner=alice).pk for _number in range(6)]
    few = [JobFactory(owner=bob).pk for _number in range(2)]
    QueueEntry.objects.update(is_quick=is_quick)

    assert order_of_work() == [many[0], few[0], many[1], few[1], *many[2:]]


def test_in_a_batch_each_person_has_as_many_as_every_other(alice, bob, carol):
    for person, count in ((alice, 50), (bob, 2), (carol, 50)):
        for _number in range(count):
            JobFactory(owner=person)
    QueueEntry.objects.update(is_quick=True)

    owners = [one.owner_id for one in lease_quick(turns=Turns(), size=30)]
    assert {person: owners.count(person.pk) for person in (alice, bob, carol)} == {alice: 10, bob: 2, carol: 10}
    assert len(set(owners[:3])) == 3, "one after the other"


def test_who_was_served_last_waits_for_all_others(alice, bob, carol):
    for person in (alice, bob, carol):
        JobFactory(owner=person)
    QueueEntry.objects.update(is_quick=True)
    turns = Turns()
    assert [one.owner_id for one in lease_quick(turns=turns, size=1)] == [alice.pk]
    JobFactory(owner=alice)
    QueueEntry.objects.update(is_quick=True)
    assert [lease_quick(turns=turns, size=1)[0].owner_id for _turn in range(3)] == [bob.pk, carol.pk, alice.pk]


def test_one_owner_has_a_few_slow_jobs_under_way_and_the_next_when_one_is_done(alice, bob, settings):
    settings.JOBS_AT_ONCE = 2
    jobs = [JobFactory(owner=alice).pk for _number in range(4)]
    turns = Turns()
    assert [lease_slow(turns=turns)[0].job_id for _hand in range(2)] == jobs[:2]
    assert lease_slow(turns=turns) == []
    other = JobFactory(owner=bob).pk
    assert lease_slow(turns=turns)[0].job_id == other
    QueueEntry.objects.filter(pk=jobs[0]).delete()
    assert lease_slow(turns=turns)[0].job_id == jobs[2]


def test_what_is_urgent_comes_first_among_the_jobs_of_its_owner(alice):
    jobs = [JobFactory(owner=alice).pk for _number in range(3)]
    QueueEntry.objects.filter(pk=jobs[2]).update(priority=5)
    assert order_of_work() == [jobs[2], *jobs[:2]]


def test_of_what_is_to_be_done_quick_and_slow_are_told_apart(alice):
    """A hand that does only one of them is not woken for the other, nor for what somebody has in work."""
    assert outlook()[:2] == (False, False)
    for is_quick in (True, False):
        JobFactory(owner=alice)
        QueueEntry.objects.update(is_quick=is_quick, is_ready=True)
        assert outlook()[:2] == (is_quick, not is_quick)
        assert (lease_quick if is_quick else lease_slow)(turns=Turns())
        assert outlook()[:2] == (False, False)
        QueueEntry.objects.all().delete()


def test_nobody_between_two_others_is_passed_over(alice, bob, carol):
    for person in (alice, bob, carol):
        JobFactory(owner=person)
    QueueEntry.objects.update(is_quick=True)
    assert {one.owner_id for one in lease_quick(turns=Turns())} == {alice.pk, bob.pk, carol.pk}


@pytest.mark.django_db(transaction=True)
def test_while_somebody_is_held_the_next_person_is_served(settings):
    """Nobody waits for a lock: neither for a person, nor for a job that another hand looks at."""
    first, second = (JobFactory(owner=UserFactory()) for _person in range(2))
    QueueEntry.objects.update(is_ready=True)
    with held_by_another(first.owner):
        assert [one.job_id for one in lease_slow(turns=Turns())] == [second.pk]


@pytest.mark.parametrize("is_quick", [True, False])
@pytest.mark.django_db(transaction=True)
def test_a_job_that_is_locked_is_passed_over(is_quick):
    owner = UserFactory()
    first, second = JobFactory(owner=owner), JobFactory(owner=owner)
    QueueEntry.objects.update(is_ready=True, is_quick=is_quick)
    with held_by_another(QueueEntry.objects.get(pk=first.pk)):
        assert [one.job_id for one in (lease_quick if is_quick else lease_slow)(turns=Turns())] == [second.pk]


@pytest.mark.parametrize("is_quick", [True, False])
def test_nothing_is_taken_before_its_time_or_twice_or_by_a_hand_for_other_work(alice, bob, is_quick):
    lease = lease_quick if is_quick else lease_slow
    due, _later, other, _bobs = (JobFactory(owner=owner) for owner in (alice, alice, alice, bob))
    QueueEntry.objects.update(is_quick=is_quick)
    QueueEntry.objects.filter(pk__in=[due.pk, other.pk]).update(is_ready=True)
    QueueEntry.objects.exclude(pk__in=[due.pk, other.pk]).update(is_ready=False)
    QueueEntry.objects.filter(pk=other.pk).update(is_quick=not is_quick)
    assert [one.job_id for one in lease(turns=Turns())] == [due.pk]
    assert lease(turns=Turns()) == []


def test_a_hand_sleeps_until_the_first_job_is_due(alice):
    for minutes in (30, 10, 20):
        JobFactory(owner=alice, scheduled_time=timezone.now() + timedelta(minutes=minutes))
    assert 9 * 60 < outlook().later <= 10 * 60
