"""Whose turn it is to hear: each subscriber's, however much another has to hear; and how much one hears in a turn."""

from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from django.db import transaction

from innotter.events import domain, services
from innotter.events.domain import DomainEvent
from innotter.events.models import Delivery


@dataclass(frozen=True, kw_only=True)
class BellRang(DomainEvent):
    """Something that only these tests know of."""

    type = "innotter.bell.rang"
    about = "bell_id"
    bell_id: int


@pytest.fixture
def heard(db, monkeypatch):
    """Who has heard which bell, in order; nobody is known to be quick yet."""
    heard = []
    subscribers = {name: lambda event, name=name: heard.append((name, event.bell_id)) for name in ("a", "b", "c")}
    monkeypatch.setitem(domain._subscribers, BellRang.type, subscribers)
    monkeypatch.setattr(services, "_pace", {})
    monkeypatch.setattr(services, "_turn", {"last": ""})
    return heard


@pytest.fixture
def ring(heard):
    def ring(*bells, for_people=True):
        with transaction.atomic():
            services.record_all([BellRang(bell_id=bell) for bell in bells], for_people=for_people)

    return ring


def test_however_much_one_has_to_hear_each_other_has_its_turn(ring, heard, monkeypatch):
    monkeypatch.setattr(services, "BATCH", 2)
    ring(*range(5))
    Delivery.objects.exclude(sink="a").exclude(event__data__bell_id=4).delete()
    assert services.deliver_all() == 7
    assert heard[:3] == [("a", 0), ("b", 4), ("c", 4)]
    assert [bell for name, bell in heard if name == "a"] == [0, 1, 2, 3, 4], "in the order in which they rang"


def test_a_subscriber_that_is_quick_hears_many_in_one_transaction(ring, heard, monkeypatch):
    monkeypatch.setattr(services, "time", SimpleNamespace(monotonic=lambda: 0.0))  # However slow the machine is.
    ring(*range(100))
    Delivery.objects.exclude(sink="a").delete()
    assert services.deliver_next() == 1, "nobody knows it yet"
    assert services.deliver_next() == services.BATCH
    assert len(heard) == 1 + services.BATCH


def test_one_that_takes_long_hears_one_at_a_time(ring, heard):
    ring(*range(3))
    services._pace.update(a=services.BATCH_SECONDS, b=services.BATCH_SECONDS / 2)
    assert [services.deliver_next() for _turn in range(2)] == [1, 2]


def test_of_many_heard_together_one_failure_is_its_own(ring, heard, monkeypatch):
    def stumble(event):
        if event.bell_id == 1:
            raise RuntimeError("deaf")
        heard.append(("a", event.bell_id))

    ring(*range(4))
    Delivery.objects.exclude(sink="a").delete()
    monkeypatch.setitem(domain._subscribers[BellRang.type], "a", stumble)
    services._pace.update(a=0.001)
    assert services.deliver_next() == 4
    assert heard == [("a", 0), ("a", 2), ("a", 3)]
    late = Delivery.objects.get(delivered_at=None)
    assert (late.event.data, late.attempts, late.error) == ({"bell_id": 1}, 1, "RuntimeError: deaf")
    assert not Delivery.objects.exclude(attempts=1).exists()


def test_what_is_not_for_people_is_heard_by_those_who_tell_nobody(ring, heard, monkeypatch):
    monkeypatch.setattr(domain, "_tellers", {(BellRang.type, "b")})
    ring(1, for_people=False)
    services.deliver_all()
    assert heard == [("a", 1), ("c", 1)]
