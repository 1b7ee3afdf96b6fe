"""What the outbox still holds: for the doctor and for Prometheus."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Min, Q
from django.utils import timezone

from innotter.events.models import Delivery, Event, Heartbeat, Outgoing, Sink

#: What the subscribers inside are called beside the sinks outside.
INSIDE = "subscribers"
#: A worker that has let so much time pass does not work. Beat asks every ten seconds, and all hands may be full.
HEARTBEAT_SECONDS = 60


@dataclass(frozen=True)
class Backlog:
    """What waits for somebody who hears of events, or for the mail server."""

    name: str
    waiting: int
    #: Given up inside, refused by those outside.
    failed: int
    since: datetime | None
    #: Why it waits, where that is known.
    error: str = ""

    @property
    def lag_seconds(self) -> float:
        """How long the oldest has waited."""
        return max((timezone.now() - self.since).total_seconds(), 0) if self.since else 0


def states() -> dict[str, bool]:
    """Whether each sink took what was sent to it the last time."""
    errors = dict(Sink.objects.values_list("name", "error"))
    return {name: not errors.get(name) for name in settings.EVENT_SINKS}


def workers() -> dict[str, bool]:
    """Whether those who have ever worked on a queue still do."""
    before = timezone.now() - timedelta(seconds=HEARTBEAT_SECONDS)
    return {row.name: row.at > before for row in Heartbeat.objects.order_by("-name")}


def backlogs() -> Iterator[Backlog]:
    """Of the subscribers inside, and of each sink."""
    inside = Delivery.objects.waiting().aggregate(waiting=Count("pk"), first=Min("event"))
    given_up = Delivery.objects.filter(failed_at__isnull=False).count()
    waits = Q(refused_at=None)
    rows = Outgoing.objects.order_by().values("sink")
    found: dict[str, Any] = {
        row["sink"]: row
        for row in rows.annotate(
            waiting=Count("pk", filter=waits), failed=Count("pk", filter=~waits), first=Min("event", filter=waits)
        )
    }
    firsts = [inside["first"], *(row["first"] for row in found.values())]
    times = dict(Event.objects.filter(pk__in=firsts).values_list("pk", "occurred_at"))
    errors = dict(Sink.objects.values_list("name", "error"))
    yield Backlog(INSIDE, inside["waiting"], given_up, times.get(inside["first"]))
    for name in settings.EVENT_SINKS:
        row = found.get(name, {})
        since = times.get(row.get("first"))
        yield Backlog(name, row.get("waiting", 0), row.get("failed", 0), since, errors.get(name, ""))
