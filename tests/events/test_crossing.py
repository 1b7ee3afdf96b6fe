"""Two relays whose subscribers hold the same people in another order: neither ends the other, and all is heard once."""

import threading
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from innotter import rows
from innotter.accounts.models import User
from innotter.events import domain, services
from innotter.events.domain import DomainEvent
from innotter.events.models import Delivery
from tests.together import at_the_same_moment

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True, kw_only=True)
class LetterCame(DomainEvent):
    """Something that only these tests know of."""

    type = "innotter.letter.came"
    about = "user_id"
    user_id: int


@pytest.fixture
def heard(monkeypatch):
    """Whose letters were heard of; each of the first two hears of one, and then waits until both have."""
    heard, both = [], threading.Barrier(2)

    def hold(event):
        rows.hold(User.objects.all(), event.user_id)
        heard.append(event.user_id)
        if len(heard) <= 2:
            both.wait(10)

    monkeypatch.setitem(domain._subscribers, LetterCame.type, {"a": hold})
    monkeypatch.setattr(services, "BATCH", 2)
    monkeypatch.setattr(services, "_pace", {"a": 0.001})
    return heard


@pytest.mark.parametrize("late_by", [timedelta(0), 2 * services.LATE])
def test_relays_that_hold_the_same_people_let_each_other_go_on(alice, bob, heard, late_by):
    for person in (alice, bob, bob, alice):
        with transaction.atomic():
            services.record(LetterCame(user_id=person.pk))
    Delivery.objects.exclude(sink="a").delete()
    Delivery.objects.update(next_attempt_at=timezone.now() - late_by)
    at_the_same_moment(services.deliver_next, services.deliver_next)
    services.deliver_all()
    assert not Delivery.objects.filter(delivered_at=None).exists()
    assert set(Delivery.objects.values_list("attempts", "error")) == {(1, "")}
    assert heard.count(alice.pk) == heard.count(bob.pk)
