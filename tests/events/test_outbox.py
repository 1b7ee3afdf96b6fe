"""An event recorded is an event delivered: at least once, by any number of relays, whatever fails on the way."""

import threading
import time
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from innotter.events import background, domain, services
from innotter.events.domain import DomainEvent, subscribe
from innotter.events.models import Delivery, Event, Outgoing
from innotter.events.nudge import Nudge
from innotter.events.queries import INSIDE, Backlog, backlogs
from innotter.mail.models import MailboxMessage
from tests.together import at_the_same_moment, held_by_another


@dataclass(frozen=True, kw_only=True)
class KettleBoiled(DomainEvent):
    """Something happens that only tests know of."""

    type = "innotter.kettle.boiled"
    about = "kettle_id"
    kettle_id: int


@pytest.fixture
def heard(monkeypatch):
    """What a subscriber of the test's own has heard; it fails while `heard.fails` is set."""

    class Heard(list):
        fails = False

    heard = Heard()
    monkeypatch.setitem(domain._subscribers, KettleBoiled.type, {})

    @subscribe(KettleBoiled)
    def listen(event):
        MailboxMessage.objects.create(message_id=f"kettle {event.event_id}", to="a@b.c", subject="Boiled", text="")
        if heard.fails:
            raise RuntimeError("deaf")
        heard.append(event)

    return heard


def wait_until(happens):
    until = time.monotonic() + 5
    while not happens():
        assert time.monotonic() < until
        time.sleep(0.01)


def boil(kettle_id=7):
    with transaction.atomic():
        return services.record(KettleBoiled(kettle_id=kettle_id))


@pytest.mark.django_db(transaction=True)
def test_an_event_can_only_be_recorded_in_a_transaction(heard):
    with pytest.raises(RuntimeError, match="in the transaction"):
        services.record(KettleBoiled(kettle_id=7))


@pytest.mark.django_db(transaction=True)
def test_an_event_of_a_change_that_is_undone_never_was(heard):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        services.record(KettleBoiled(kettle_id=7))
        raise ZeroDivisionError
    assert not Event.objects.exists()
    assert not Delivery.objects.exists()


def test_every_subscriber_hears_it_once(db, heard):
    row = boil()
    assert (row.type, row.subject, row.data) == ("innotter.kettle.boiled", "kettle/7", {"kettle_id": 7})

    assert services.deliver_all() == 1
    assert services.deliver_all() == 0
    assert heard == [KettleBoiled(kettle_id=7, event_id=row.pk)]


def test_events_are_heard_in_the_order_in_which_they_happened(db, heard):
    with time_machine.travel(timezone.now(), tick=False):
        for kettle_id in (3, 1, 2):
            boil(kettle_id)
        services.deliver_all()
    assert [event.kettle_id for event in heard] == [3, 1, 2]


def test_what_has_waited_longest_is_tried_first(db, heard):
    """Also before what has come in since, and whatever its number is."""
    for kettle_id in (1, 2, 3):
        boil(kettle_id)
    first, second, third = Delivery.objects.order_by("pk")
    for minutes, delivery in enumerate((second, third, first), start=1):
        Delivery.objects.filter(pk=delivery.pk).update(
            next_attempt_at=timezone.now() - timedelta(hours=1, minutes=-minutes)
        )
    boil(4)
    services.deliver_all()
    assert [event.kettle_id for event in heard] == [2, 3, 1, 4]


def test_a_subscriber_that_fails_is_tried_again_later_and_leaves_nothing_half_done(db, heard):
    boil()
    heard.fails = True
    services.deliver_all()
    delivery = Delivery.objects.get()
    assert (delivery.attempts, delivery.error) == (1, "RuntimeError: deaf")
    assert delivery.next_attempt_at > timezone.now()
    assert not MailboxMessage.objects.exists()

    heard.fails = False
    assert services.deliver_all() == 0, "it is not due yet"
    with time_machine.travel(delivery.next_attempt_at + timedelta(seconds=1)):
        assert services.deliver_all() == 1
    assert len(heard) == 1


def test_a_poisoned_event_does_not_hold_up_the_others(db, heard):
    boil(kettle_id=1)
    Event.objects.update(data={"unknown": 1})
    boil(kettle_id=2)
    services.deliver_all()

    assert [event.kettle_id for event in heard] == [2]


def test_after_many_failures_it_waits_for_a_person_who_can_try_again(db, heard, ada, browser_of):
    boil()
    heard.fails = True
    now = timezone.now()
    for _attempt in range(services.MAX_ATTEMPTS):
        now += timedelta(hours=2)
        with time_machine.travel(now):
            services.deliver_all()
    delivery = Delivery.objects.get()
    assert delivery.failed_at is not None
    with time_machine.travel(now + timedelta(days=9)):
        assert services.deliver_all() == 0

    heard.fails = False
    panel = browser_of(ada)
    assert "RuntimeError: deaf" in panel.get("/admin/events/delivery/").content.decode()
    panel.post("/admin/events/delivery/", {"action": "try_again", "_selected_action": [delivery.pk]})
    assert services.deliver_all() == 1
    assert len(heard) == 1


@pytest.mark.django_db(transaction=True)
def test_many_relays_at_once_deliver_each_event_once(heard):
    for kettle_id in range(40):
        boil(kettle_id)
    at_the_same_moment(*[services.deliver_all] * 4)
    assert sorted(event.kettle_id for event in heard) == list(range(40))


@pytest.mark.django_db(transaction=True)
def test_a_slow_subscriber_stops_no_other_relay(monkeypatch, heard):
    """One relay is at the first event until another has delivered the second."""
    second_is_heard = threading.Event()

    def wait(event):
        if event.kettle_id == 1:
            assert second_is_heard.wait(3), "the other relay has waited, too"
        else:
            second_is_heard.set()

    monkeypatch.setitem(domain._subscribers, KettleBoiled.type, {"tests.slow": wait})
    boil(1)
    boil(2)
    at_the_same_moment(services.deliver_all, services.deliver_all)
    assert not Delivery.objects.exclude(attempts=1).exists()
    assert not Delivery.objects.filter(delivered_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_a_delivery_that_another_relay_has_is_left_to_it(heard):
    for kettle_id in (1, 2):
        boil(kettle_id)
    with held_by_another(Delivery.objects.order_by("pk").first()):
        assert services.deliver_all() == 1
    assert [event.kettle_id for event in heard] == [2]
    assert services.deliver_all() == 1


@pytest.mark.django_db(transaction=True)
def test_a_nudge_follows_the_commit_and_not_the_rollback(heard, monkeypatch):
    nudges = []
    monkeypatch.setattr(services, "wake_relay", lambda: nudges.append(Event.objects.count()))
    boil()
    assert nudges == [1]
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        services.record(KettleBoiled(kettle_id=7))
        raise ZeroDivisionError
    assert nudges == [1]


def test_a_nudge_does_not_wait_for_the_broker_and_survives_its_failure():
    sent, slow = [], threading.Event()

    def send():
        sent.append(time.monotonic())
        slow.wait(5)
        raise ConnectionError("the broker is away")

    nudge = Nudge()
    nudge.sends(send)
    nudge()
    wait_until(lambda: len(sent) == 1)
    before = time.monotonic()
    for _time in range(100):
        nudge()
    assert time.monotonic() - before < 1
    slow.set()
    wait_until(lambda: len(sent) == 2)
    time.sleep(0.1)
    assert len(sent) == 2, "a hundred nudges while one is under way are one more"


def test_a_relay_gives_others_their_turn_and_asks_for_another(heard, db, monkeypatch):
    with transaction.atomic():
        services.record_all([KettleBoiled(kettle_id=number) for number in range(1, 4)])
    asked = []
    monkeypatch.setattr(background, "wake_relay", lambda: asked.append(1))
    monkeypatch.setattr(background, "SPAN", 0)
    background.relay()
    assert (heard, asked) == ([], [])
    monkeypatch.setattr(background, "SPAN", 1)
    background.relay()
    assert (len(heard), asked) == (3, [1])
    background.relay()
    assert asked == [1], "nothing was left"


def test_notes_of_old_deliveries_go_and_events_stay_unless_the_operator_wishes(db, heard, settings, monkeypatch):
    monkeypatch.setattr(services, "PORTION", 2)
    for kettle in range(5):
        boil(kettle)
    services.deliver_all()
    boil(9)
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        background.forget_old_events()
    assert (Event.objects.count(), Delivery.objects.count()) == (6, 1), "what waits is not forgotten"

    settings.EVENTS_KEPT_DAYS = 30
    settings.EVENT_SINKS = {"statistics": "http://127.0.0.1:1/events"}
    boil(10)
    services.deliver_all()
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        assert services.forget_old() > 0
    (left,) = Event.objects.all()
    assert left.outgoing.get().sink == "statistics", "what is on its way out stays, too"


def test_what_waits_for_a_service_that_there_is_no_more_is_forgotten_with_the_rest(db, heard, settings):
    """An operator gives insights up: what it had not taken by then stayed for ever, whatever the operator wished."""
    settings.EVENTS_KEPT_DAYS = 30
    settings.EVENT_SINKS = {"statistics": "http://127.0.0.1:1/events", "insights": "http://127.0.0.1:1/events"}
    boil(1)
    services.deliver_all()
    Outgoing.objects.filter(sink="statistics").delete()
    for sinks, left in [({"statistics", "insights"}, 1), ({"statistics"}, 0)]:
        settings.EVENT_SINKS = dict.fromkeys(sinks, "http://127.0.0.1:1/events")
        with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
            services.forget_old()
        assert (Event.objects.count(), Outgoing.objects.count()) == (left, left)


def test_events_are_kept_for_as_many_days_as_the_operator_wishes(db, heard, settings):
    settings.EVENTS_KEPT_DAYS = 30
    boil(1)
    services.deliver_all()
    for days, left in [(0, 1), (29, 1), (31, 0)]:
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            services.forget_old()
        assert Event.objects.count() == left


def test_what_waits_and_what_was_given_up_is_counted_apart(db, heard):
    for number in range(3):
        boil(number)
    Delivery.objects.filter(pk=Delivery.objects.earliest("pk").pk).update(failed_at=timezone.now())
    (inside,) = [backlog for backlog in backlogs() if backlog.name == INSIDE]
    assert (inside.waiting, inside.failed) == (2, 1)
    assert inside.since == Event.objects.order_by("pk")[1].occurred_at
    # The clock of whoever wrote it may be ahead of that of whoever asks.
    assert Backlog("statistics", 1, 0, timezone.now() + timedelta(seconds=5)).lag_seconds == 0
    assert Backlog("statistics", 0, 0, None).lag_seconds == 0
