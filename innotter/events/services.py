"""Recording what has happened, and telling those who want to know."""

import logging
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone
from psycopg.errors import LockNotAvailable

from innotter.database.clock import KEEP_TIME, MOST_APART, seconds_apart
from innotter.events.domain import DomainEvent, event_class, hears, subscriber_named, subscribers_of
from innotter.events.models import LONGEST_PAUSE, Delivery, Event, Heartbeat, Outgoing
from innotter.events.nudge import wake_relay
from telemetry import context

logger = logging.getLogger(__name__)

#: After this many failures (some two and a half hours) a delivery waits for an admin.
MAX_ATTEMPTS = 12
#: What is so much later than its time may have ended whoever heard of it; and what is noted of what does so each time.
LATE, ENDED = timedelta(minutes=1), "Whoever heard of it was ended each time: the worker's log says more."
#: How long finished deliveries are kept, and how many are deleted at a time.
DELIVERED_KEPT, PORTION = timedelta(days=7), 1000
#: The most deliveries of one transaction, and how long it should take, in seconds.
BATCH, BATCH_SECONDS = 50, 0.2
#: How long a relay that holds rows already waits for others: less than after what PostgreSQL calls it a deadlock.
PATIENCE = "100ms"

#: How long each subscriber took for an event the last time, in seconds, as far as this process knows.
_pace: dict[str, float] = {}
#: Which of them was served last, here: however much one of them has to hear, each other has its turn.
_turn = {"last": ""}

_SUBSCRIBERS = """
    WITH RECURSIVE subscriber (name) AS (
        (SELECT sink FROM events_delivery WHERE delivered_at IS NULL AND failed_at IS NULL ORDER BY sink LIMIT 1)
        UNION ALL
        SELECT (
            SELECT sink FROM events_delivery
            WHERE delivered_at IS NULL AND failed_at IS NULL AND sink > subscriber.name ORDER BY sink LIMIT 1
        )
        FROM subscriber WHERE subscriber.name IS NOT NULL
    )
    SELECT name FROM subscriber
    WHERE name IS NOT NULL AND EXISTS (
        SELECT FROM events_delivery
        WHERE delivered_at IS NULL AND failed_at IS NULL AND sink = subscriber.name
            AND (next_attempt_at <= %(now)s OR attempts = 0 OR next_attempt_at > %(now)s + %(longest)s)
    )
"""


class _Taken(Exception):
    """Another transaction holds what this one would wait for, while it holds something itself."""


def record(event: DomainEvent) -> Event:
    """Write the event down with the change it tells of: both are there after the commit, or neither."""
    return record_all([event])[0]


def record_all(events: Sequence[DomainEvent], *, for_people: bool = True) -> list[Event]:
    """Write many events down, in the same few statements as one.

    Where they are not `for_people`, those who would tell people do not hear of them: everybody else does.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Events must be recorded in the transaction that changes the rows.")
    rows = Event.objects.bulk_create(Event(type=event.type, subject=event.subject, data=event.data) for event in events)
    Delivery.objects.bulk_create(
        Delivery(event=row, sink=name)
        for row in rows
        for name in subscribers_of(row.type)
        if hears(row.type, name, for_people=for_people)
    )
    public = [row for event, row in zip(events, rows, strict=True) if event.is_public]
    Outgoing.objects.bulk_create(Outgoing(event=row, sink=name) for row in public for name in settings.EVENT_SINKS)
    transaction.on_commit(wake_relay, robust=True)
    return rows


def deliver_next() -> int:
    """Deliver the next events to one subscriber, as many as it hears in a moment; says how many, 0 when none is due.

    What the subscriber writes and the notes that it has heard are one transaction: a crash leaves neither. Each event
    has a savepoint, so that its failure is its own. The rows are locked meanwhile, so that any number of relays may
    run. What follows from an event, after the commit too, is logged under the request that it came from.

    Of a process that is killed over one of them nothing is left, so that it would be heard again for ever: of what is
    late, the attempt is noted before.
    """
    with context.following(""):
        count, late = _deliver_next()
        if late:
            _deliver_late(late)
        return count


@transaction.atomic
def _deliver_next() -> tuple[int, list[int]]:
    """How many were tried; and which are to be, once it is noted that they are."""
    for sink in _in_turn():
        # Of a subscriber that is slow, or not known here yet, no other event waits for this one.
        size = max(1, min(BATCH, int(BATCH_SECONDS / _pace.get(sink, BATCH_SECONDS))))
        due = Delivery.objects.due().filter(sink=sink).select_related("event").order_by("next_attempt_at", "pk")
        if deliveries := list(due.select_for_update(skip_locked=True, of=("self",))[:size]):
            _turn["last"] = sink
            if late := _late_among(deliveries):
                _note_attempt(late)
                return len(late), [delivery.pk for delivery in late]
            return _deliver(deliveries), []
    return 0, []


def _late_among(deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
    """What is late, after an outage or because it has ended whoever heard of it: one alone if it was tried before."""
    before = timezone.now() - LATE
    late = [delivery for delivery in deliveries if delivery.next_attempt_at < before]
    return next(([delivery] for delivery in late if delivery.attempts), late)


def _note_attempt(late: Sequence[Delivery]) -> None:
    pause = max(_pause_after(late[0].attempts + 1), LATE)
    rows = Delivery.objects.filter(pk__in=[delivery.pk for delivery in late])
    rows.update(attempts=F("attempts") + 1, next_attempt_at=timezone.now() + pause)


@transaction.atomic
def _deliver_late(pks: Sequence[int]) -> None:
    found = Delivery.objects.waiting().filter(pk__in=pks).select_related("event")
    deliveries = sorted(found.select_for_update(skip_locked=True, of=("self",)), key=lambda one: pks.index(one.pk))
    for delivery in deliveries:
        delivery.attempts -= 1  # It is counted when it fails.
    given_up = [delivery.pk for delivery in deliveries if delivery.attempts >= MAX_ATTEMPTS]
    Delivery.objects.filter(pk__in=given_up).update(failed_at=timezone.now(), error=ENDED)
    if rest := [delivery for delivery in deliveries if delivery.pk not in given_up]:
        _deliver(rest, is_noted=True)


def _in_turn() -> list[str]:
    """The subscribers that have something to hear, from the one on that comes after the last."""
    times: dict[str, Any] = {"now": timezone.now(), "longest": LONGEST_PAUSE}
    with connection.cursor() as cursor:
        cursor.execute(_SUBSCRIBERS, times)
        names = [name for (name,) in cursor.fetchall()]
    last = _turn["last"]
    return [name for name in names if name > last] + [name for name in names if name <= last]


def _deliver(deliveries: Sequence[Delivery], *, is_noted: bool = False) -> int:
    """Says how many were tried: the first, and those for which nobody else had to be waited for."""
    begun = time.monotonic()
    heard, rest = _told(deliveries)
    if rest and is_noted:  # That they were tried is noted, and was not so.
        Delivery.objects.filter(pk__in=[one.pk for one in rest]).update(
            attempts=rest[0].attempts, next_attempt_at=timezone.now()
        )
    Delivery.objects.filter(pk__in=[one.pk for one in heard]).update(
        delivered_at=timezone.now(), error="", attempts=F("attempts") + (0 if is_noted else 1)
    )
    count = len(deliveries) - len(rest)
    _pace[deliveries[0].sink] = max((time.monotonic() - begun) / count, BATCH_SECONDS / BATCH)
    return count


def _told(deliveries: Sequence[Delivery]) -> tuple[Sequence[Delivery], Sequence[Delivery]]:
    """Those that were heard, and the rest from the first on that would have waited for somebody else's rows.

    What a subscriber holds is held until the end of them all. A relay that waited with it for another that does the
    same would end in a deadlock; this one lets go of what it holds, and waits for the next while it holds nothing.
    """
    heard = [one for one in deliveries[:1] if _hears(one)]
    with _in_a_hurry() if deliveries[1:] else nullcontext():
        for place, one in enumerate(deliveries[1:], start=1):
            try:
                if _hears(one, gives_way=True):
                    heard.append(one)
            except _Taken:
                return heard, deliveries[place:]
    return heard, []


@contextmanager
def _in_a_hurry() -> Iterator[None]:
    """Inside, this transaction waits for no lock for long; not to its end, when foreign keys are looked at."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
        try:
            yield
        finally:
            cursor.execute("SET LOCAL lock_timeout TO DEFAULT")


def _hears(delivery: Delivery, *, gives_way: bool = False) -> bool:
    """Tell the subscriber, and note it if that fails: whether it has heard. Who gives way raises that it has to."""
    context.follow(delivery.event.request_id)
    try:
        with transaction.atomic():
            _hand_over(delivery)
    except Exception as error:  # A subscriber's failure is its own: the relay goes on with the next.
        if gives_way and isinstance(error.__cause__, LockNotAvailable):
            raise _Taken from error
        delivery.attempts += 1
        logger.exception("%s failed (attempt %d)", delivery, delivery.attempts)
        _put_off(delivery, error)
        delivery.save()
        return False
    logger.info("delivered", extra={"type": delivery.event.type, "sink": delivery.sink})
    return True


def deliver_all(*, seconds: float = math.inf) -> int:
    """Deliver until nothing is due, or until the time is up; returns the number of attempted deliveries."""
    count, over_at = 0, time.monotonic() + seconds
    while time.monotonic() < over_at and (delivered := deliver_next()):
        count += delivered
    return count


def try_again(*, deliveries: list[Delivery]) -> None:
    """Give deliveries that were given up a new start."""
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries], delivered_at=None).update(
        attempts=0, failed_at=None, next_attempt_at=timezone.now()
    )


def note_heartbeat(*, name: str) -> None:
    """Note that those who work on a queue do so, and warn where their machine's clock is another than the database's.

    The doctor looks at the clock of the machine that it runs on, and at no worker's.
    """
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})
    if (apart := seconds_apart()) > MOST_APART:
        logger.warning("The clock of this machine is %.0f s from the database's. %s", apart, KEEP_TIME)


def forget_old() -> int:
    """Drop the notes of what was delivered long ago and, where the operator wishes, the events themselves.

    An event that is on its way stays. Says how many rows are gone.
    """
    before = timezone.now() - DELIVERED_KEPT
    count = _delete(Delivery.objects.filter(delivered_at__lt=before))
    if settings.EVENTS_KEPT_DAYS:
        old = Event.objects.filter(occurred_at__lt=timezone.now() - timedelta(days=settings.EVENTS_KEPT_DAYS))
        waiting = Delivery.objects.filter(event=OuterRef("pk"), delivered_at=None)
        # For a service that there is no more, nothing is on its way.
        leaving = Outgoing.objects.filter(event=OuterRef("pk"), sink__in=settings.EVENT_SINKS)
        count += _delete(old.exclude(Exists(waiting)).exclude(Exists(leaving)))
    return count


def _delete(rows: QuerySet[Any]) -> int:
    """Delete rows, a portion in each transaction."""
    count = 0
    while pks := list(rows.order_by("pk").values_list("pk", flat=True)[:PORTION]):
        rows.filter(pk__in=pks).delete()
        count += len(pks)
    return count


def _hand_over(delivery: Delivery) -> None:
    event = event_class(delivery.event.type)(**delivery.event.data)
    subscriber_named(event.type, delivery.sink)(replace(event, event_id=delivery.event_id))


def _put_off(delivery: Delivery, error: Exception) -> None:
    delivery.error = f"{type(error).__name__}: {error}"[:2000]
    if delivery.attempts >= MAX_ATTEMPTS:
        delivery.failed_at = timezone.now()
    else:
        delivery.next_attempt_at = timezone.now() + _pause_after(delivery.attempts)


def _pause_after(attempts: int) -> timedelta:
    return min(timedelta(seconds=2**attempts), LONGEST_PAUSE)
