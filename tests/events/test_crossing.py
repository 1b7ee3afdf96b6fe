"""Two relays whose subscribers hold the same people in another order: neither ends the other, and all is heard once."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from innotter import rows
from innotter.accounts.models import User
from innotter.events import domain, services
from innotter.events.models import Delivery
from tests.events.test_outbox import KettleBoiled, boil
from tests.together import at_the_same_moment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def heard(monkeypatch):
    """Whose kettles were heard of; the first two wait until both are held, each by another relay."""
    heard, both = [], threading.Barrier(2)

    def hold(event):
        rows.hold(User.objects.all(), event.kettle_id)
        heard.append(event.kettle_id)
        if len(heard) <= 2:
            both.wait(10)

    monkeypatch.setitem(domain._subscribers, KettleBoiled.type, {"a": hold})
    monkeypatch.setattr(services, "BATCH", 2)
    monkeypatch.setattr(services, "_pace", {"a": 0.001})
    return heard


@pytest.mark.parametrize("late_by", [timedelta(0), 2 * services.LATE])
def test_relays_that_hold_the_same_people_let_each_other_go_on(alice, bob, heard, late_by):
    for person in (alice, bob, bob, alice):
        boil(person.pk)
    Delivery.objects.exclude(sink="a").delete()
    Delivery.objects.update(next_attempt_at=timezone.now() - late_by)
    at_the_same_moment(services.deliver_next, services.deliver_next)
    services.deliver_all()
    assert not Delivery.objects.filter(delivered_at=None).exists()
    assert set(Delivery.objects.values_list("attempts", "error")) == {(1, "")}
    assert heard.count(alice.pk) == heard.count(bob.pk)
