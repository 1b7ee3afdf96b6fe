"""Queues that an admin pauses: nothing of them begins, nothing is lost, and all of it goes on afterwards."""

import pytest

from innotter.audit.models import Action
from innotter.errors import Forbidden, Invalid
from innotter.jobs import services
from innotter.jobs.engine import draining, pausing
from innotter.jobs.models import Job, QueueEntry, QueuePause
from innotter.jobs.queries import queues
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory, RecurringJobFactory
from tests.jobs.work import meanwhile, wait_and_see, work
from tests.together import at_the_same_moment

KIND = wait_and_see.__name__
URL = {"url": "https://one.example/"}


@pytest.mark.parametrize("is_quick", [True, False])
def test_jobs_of_a_paused_kind_wait_and_all_others_are_done(alice, bob, ada, is_quick, monkeypatch):
    monkeypatch.setattr(pausing, "PORTION", 2)
    resting = [JobFactory(owner=alice, handler="http_request", parameters=URL).pk for _number in range(5)]
    services.pause_queue(admin=ada, handler="http_request", reason="The network is being repaired")
    others = {JobFactory(owner=person).pk for person in (alice, bob)}
    QueueEntry.objects.update(is_quick=is_quick)
    assert work() == 2
    assert set(Job.objects.filter(status="completed").values_list("pk", flat=True)) == others
    entries = QueueEntry.objects.filter(pk__in=resting)
    assert list(entries.values_list("attempt", "lease").distinct()) == [(0, None)]

    monkeypatch.setattr("innotter.jobs.handlers.http_request.ask", _away)
    services.resume_queue(admin=ada, handler="http_request")
    assert work() == 5
    assert not QueuePause.objects.exists()
    assert set(entries.values_list("attempt", flat=True)) == {1}


def _away(*_args, **_options):
    raise OSError("away")


def test_while_all_jobs_are_paused_none_begins_and_what_recurs_waits_once(alice, ada):
    recurring = RecurringJobFactory(owner=alice)
    services.pause_queue(admin=ada)
    job = JobFactory(owner=alice)
    run = services.run_recurring_job(owner=alice, recurring=recurring)
    assert work() == 0
    services.resume_queue(admin=ada)
    assert work() == 2
    assert set(Job.objects.filter(status="completed").values_list("pk", flat=True)) == {job.pk, run.pk}


def test_what_has_begun_goes_on(alice, ada):
    first, second = JobFactory(owner=alice), JobFactory(owner=alice)
    meanwhile.append(lambda run: services.pause_queue(admin=ada, handler=KIND))
    assert work() == 1
    assert list(Job.objects.order_by("pk").values_list("status", flat=True)) == ["completed", "pending"]
    assert (first.pk, second.pk) == tuple(Job.objects.order_by("pk").values_list("pk", flat=True))


def test_pausing_again_before_all_is_back_keeps_the_rest_where_it_is(alice, ada, monkeypatch):
    monkeypatch.setattr(pausing, "PORTION", 1)
    for _number in range(3):
        JobFactory(owner=alice)
    services.pause_queue(admin=ada, handler=KIND)
    assert work() == 0
    for _again in range(2):
        pausing.hold_back([alice.pk])
    assert QueueEntry.objects.filter(is_paused=True).count() == 3
    services.resume_queue(admin=ada, handler=KIND)
    assert pausing.bring_back()
    services.pause_queue(admin=ada, handler=KIND, reason="Run again")
    assert not pausing.bring_back()
    assert QueueEntry.objects.filter(is_paused=True).count() == 2
    assert work() == 0
    services.resume_queue(admin=ada, handler=KIND)
    assert work() == 3


def test_pausing_twice_changes_nothing_and_the_log_says_who_did_what(alice, ada):
    for _time in range(2):
        services.pause_queue(admin=ada, handler=KIND, reason="Repairs")
    for _time in range(2):
        services.resume_queue(admin=ada, handler=KIND)
    lines = list(Action.objects.order_by("pk").values_list("actor__username", "verb", "about", "reason"))
    assert lines == [
        ("ada", "pause_queue", "Wait and see", "Repairs"),
        ("ada", "resume_queue", "Wait and see", ""),
    ]
    with pytest.raises(Forbidden):
        services.pause_queue(admin=alice)
    with pytest.raises(Forbidden):
        services.resume_queue(admin=alice)
    with pytest.raises(Invalid):
        services.pause_queue(admin=ada, handler="nothing")


@pytest.mark.django_db(transaction=True)
def test_no_job_is_left_behind_by_who_holds_it_back_while_the_queue_is_resumed():
    admin, owner = UserFactory(role="admin"), UserFactory()
    for _round in range(5):
        for _number in range(3):
            JobFactory(owner=owner)
        QueueEntry.objects.update(is_quick=True)
        services.pause_queue(admin=admin, handler=KIND)
        at_the_same_moment(work, lambda: services.resume_queue(admin=admin, handler=KIND), work)
        work()
        assert not QueueEntry.objects.exists()
        assert not QueuePause.objects.exists()


def test_an_admin_sees_how_many_wait_of_each_kind_and_no_more_are_counted_than_are_needed(alice, ada, monkeypatch):
    for _number in range(3):
        JobFactory(owner=alice)
    services.pause_queue(admin=ada, handler=KIND)
    found = {queue.handler: queue for queue in queues().kinds}
    assert (found[KIND].waiting, found[KIND].in_progress, found[KIND].is_paused) == (3, 0, True)
    assert (found["http_request"].waiting, found["http_request"].is_paused) == (0, False)
    assert queues().is_counted
    monkeypatch.setattr("innotter.jobs.queries.MOST_COUNTED", 2)
    assert not queues().is_counted


def test_a_hand_does_not_ask_for_more_work_while_all_rests(ada, alice):
    JobFactory(owner=alice)
    services.pause_queue(admin=ada)
    calls = []
    draining.drain(seconds=0, wake=lambda: calls.append(1))
    assert calls == []
