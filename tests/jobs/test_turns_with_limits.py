"""Turns where limits let many begin nothing: nobody is passed over for good because of others."""

import time

from innotter.jobs import services
from innotter.jobs.engine import leasing
from innotter.jobs.engine.leasing import Turns, lease_slow
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory


def is_full(person):
    """A job of theirs is under way, and their limit lets no other begin."""
    services.create_limit(person=person, at_once=1)
    JobFactory(owner=person)
    assert lease_slow(turns=Turns(slow=person.pk - 1), is_guarded=True)
    JobFactory(owner=person)


def test_who_may_begin_is_found_however_long_it_takes_to_ask_all_the_others(db, monkeypatch):
    monkeypatch.setattr(leasing, "TOGETHER", 2)
    monkeypatch.setattr(leasing, "PATIENCE_WITH_LIMITS", 0)  # Asking them takes longer than nobody asks again.
    for _number in range(5):
        is_full(UserFactory())
    last = JobFactory(owner=UserFactory()).pk
    assert [one.job_id for one in lease_slow(turns=Turns(), is_guarded=True)] == [last]


def test_the_next_look_goes_on_with_those_who_were_not_asked_yet(db, monkeypatch):
    monkeypatch.setattr(leasing, "MOST_ASKED", 2)
    monkeypatch.setattr(leasing, "PATIENCE_WITH_LIMITS", 0)
    for _number in range(3):
        is_full(UserFactory())
    last, turns = JobFactory(owner=UserFactory()).pk, Turns()
    assert lease_slow(turns=turns, is_guarded=True) == []
    assert [one.job_id for one in lease_slow(turns=turns, is_guarded=True)] == [last]


def test_after_the_last_it_is_the_turn_of_the_first(db, monkeypatch):
    monkeypatch.setattr(leasing, "PATIENCE_WITH_LIMITS", 0)
    first, full = UserFactory(), UserFactory()
    is_full(full)
    mine = JobFactory(owner=first).pk
    assert [one.job_id for one in lease_slow(turns=Turns(slow=first.pk), is_guarded=True)] == [mine]


def test_somebody_of_whom_it_takes_long_to_find_nothing_is_asked_the_less_often(alice, bob, monkeypatch):
    for person in (alice, bob):
        is_full(person)
    weigh = leasing.choose

    def choose(owner):
        begun = time.thread_time()
        while owner == alice.pk and time.thread_time() - begun < 0.1:
            pass
        return weigh(owner)

    monkeypatch.setattr(leasing, "choose", choose)
    turns = Turns()
    assert lease_slow(turns=turns, is_guarded=True) == []
    assert turns.full[alice.pk] - turns.full[bob.pk] > 1
