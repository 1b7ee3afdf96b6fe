"""An event that ends whoever hears of it is given up like one that fails, and the others are heard meanwhile."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from innotter.events import services
from innotter.events.models import Delivery
from tests.events.test_outbox import boil, heard

__all__ = ["heard"]

LATE = services.LATE + timedelta(seconds=1)


class Killed(BaseException):
    """As when a process is killed: nothing is noted, and whatever was not committed is gone."""


@pytest.fixture
def deadly(db, heard, monkeypatch):
    """Of kettle 13 nobody hears and lives."""
    hand_over = services._hand_over

    def end(delivery):
        if delivery.event.data["kettle_id"] == 13:
            raise Killed
        hand_over(delivery)

    monkeypatch.setattr(services, "_hand_over", end)


def work(at):
    """Let workers hear what is due then, each until it ends; says how many have ended over it."""
    for ended in range(50):
        with time_machine.travel(at, tick=False):
            try:
                services.deliver_all()
            except Killed:
                continue
            return ended
    raise AssertionError("They end again and again.")


def test_it_ends_a_dozen_of_them_and_no_more(deadly, heard):
    for kettle_id in (1, 13, 2):
        boil(kettle_id)
    at, ended = timezone.now() + LATE, 0
    while Delivery.objects.waiting().exists():
        ended += work(at)
        at += timedelta(minutes=65)
    assert ended == services.MAX_ATTEMPTS
    assert {event.kettle_id for event in heard} == {1, 2}
    given_up = Delivery.objects.get(failed_at__isnull=False)
    assert given_up.error == services.ENDED


def test_what_came_with_it_is_heard_by_the_next(deadly, heard):
    for kettle_id in (1, 13, 2):
        boil(kettle_id)
    at = timezone.now() + LATE
    assert work(at) == 1
    assert work(at + 2 * LATE) == 1
    assert {event.kettle_id for event in heard} == {1, 2}


def test_after_an_outage_everything_is_heard_once(db, heard):
    for kettle_id in range(120):
        boil(kettle_id)
    assert work(timezone.now() + timedelta(hours=3)) == 0
    assert [event.kettle_id for event in heard] == list(range(120))
    assert set(Delivery.objects.values_list("attempts", "failed_at")) == {(1, None)}


def test_what_is_late_and_fails_counts_one_attempt(db, heard):
    heard.fails = True
    boil()
    assert work(timezone.now() + LATE) == 0
    assert Delivery.objects.get().attempts == 1
    heard.fails = False
    work(timezone.now() + 3 * LATE)
    assert (len(heard), Delivery.objects.get().attempts) == (1, 2)
