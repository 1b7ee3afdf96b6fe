"""Sending events out of the house, in the order in which they happened, and again from the beginning."""

import logging
import time
from datetime import datetime, timedelta
from math import inf

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from innotter.events.domain import public_types
from innotter.events.models import Outgoing, Sink
from innotter.events.nudge import wake_relay
from innotter.events.sinks import sink_named
from innotter.events.sinks.errors import Refused

logger = logging.getLogger(__name__)

#: Events of one message, where the sink has such.
PORTION = 500
#: The longest pause between two attempts at a sink that is away, in seconds: what waits is late by no more.
LONGEST_PAUSE = 10

_REPLAY = """
    INSERT INTO events_outgoing (event_id, sink, error)
    SELECT id, %s, '' FROM events_event WHERE type = ANY(%s) AND occurred_at >= %s
    ON CONFLICT (sink, event_id) DO UPDATE SET refused_at = NULL, error = ''
"""


def forward_all(*, seconds: float = inf) -> int:
    """Send what waits for any sink until the time is up; returns the number of events sent."""
    count, over_at = 0, time.monotonic() + seconds
    for name in settings.EVENT_SINKS:
        while (sent := forward_next(name=name)) and time.monotonic() < over_at:
            count += sent
        count += sent
    return count


def is_due() -> bool:
    """Whether something waits for any of the sinks that there are."""
    return Outgoing.objects.waiting().filter(sink__in=settings.EVENT_SINKS).order_by().exists()


@transaction.atomic
def forward_next(*, name: str) -> int:
    """Send the next events that wait for a sink; says how many. One sender works at a time, so that they stay in order.

    The rows go in the transaction in which they were sent: killed in between, they are sent again. A sink that is away
    is left alone for a while, and nothing is given up.
    """
    state = _hold(name)
    if state is None:
        return 0
    rows = list(Outgoing.objects.waiting().filter(sink=name).select_related("event")[:PORTION])
    if not rows:
        return 0
    try:
        _send(name, rows)
    except Exception as error:  # noqa: BLE001 - whatever a client raises, the events wait
        _pause(state, error)
        return 0
    state.failures, state.error, state.last_sent_at = 0, "", timezone.now()
    state.save()
    return len(rows)


def replay(*, name: str, since: datetime | None = None) -> int:
    """Send every event to a sink again, from the beginning or a time on; says how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        start = since or datetime.min.replace(tzinfo=timezone.get_current_timezone())
        cursor.execute(_REPLAY, [name, public_types(), start])
        transaction.on_commit(wake_relay, robust=True)
        return int(cursor.rowcount)


def _hold(name: str) -> Sink | None:
    """The sink's row, unless another sender has it or it is to be left alone."""
    Sink.objects.bulk_create([Sink(name=name)], ignore_conflicts=True)
    now = timezone.now()
    # What is later than any pause was written by a clock that has been set back since.
    is_due = Q(next_attempt_at__lte=now) | Q(next_attempt_at__gt=now + timedelta(seconds=LONGEST_PAUSE))
    due = Sink.objects.filter(is_due, name=name)
    return due.select_for_update(skip_locked=True).first()


def _send(name: str, rows: list[Outgoing]) -> None:
    sink = sink_named(name)
    try:
        sink.send([row.event for row in rows])
    except Refused as refusal:
        if len(rows) == 1:
            logger.warning("%s refuses event %d: %s", name, rows[0].event_id, refusal)
            Outgoing.objects.filter(pk=rows[0].pk).update(refused_at=timezone.now(), error=str(refusal)[:2000])
            return
        # One of them is wrong; the others need not wait for it.
        for row in rows:
            _send(name, [row])
    else:
        Outgoing.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _pause(state: Sink, error: Exception) -> None:
    if state.failures == 0:
        logger.warning("%s is away, events wait for it: %s", state.name, error)
    state.failures += 1
    state.error = f"{error or type(error).__name__}"[:2000]
    state.next_attempt_at = timezone.now() + timedelta(seconds=min(2 ** (state.failures - 1), LONGEST_PAUSE))
    state.save()
