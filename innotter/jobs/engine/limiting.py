"""Weighing jobs against limits: which of a person's may begin now.

Whoever weighs holds the person's row, and the limits: of two who weigh, the second counts what the first has begun.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

from django.db import connection
from django.db.models import Count
from django.db.models.functions import Now

from innotter.jobs.engine import statements
from innotter.jobs.models import Counted, Job, JobLimit, LimitUse, QueueEntry

MINUTE = timedelta(minutes=1)

#: What a limit counts together: its number, and the group.
Group = tuple[int, str]


@dataclass
class Room:
    """What limits allow: how many jobs of each group are under way, and how many have begun within the last minute."""

    limits: Sequence[JobLimit]
    under_way: Counter[Group] = field(default_factory=Counter)
    begun: Counter[Group] = field(default_factory=Counter)

    def count(self, job: Counted) -> None:
        """This one is under way."""
        self.under_way.update(group for _limit, group in self._groups(job))

    def allows(self, job: Counted) -> bool:
        """Whether this one may begin now."""
        return all(
            (limit.at_once is None or self.under_way[group] < limit.at_once)
            and (limit.per_minute is None or self.begun[group] < limit.per_minute)
            for limit, group in self._groups(job)
        )

    def uses(self, job: Counted) -> list[LimitUse]:
        """What is to be noted when it begins: of how many are under way nothing, as their leases say it."""
        groups = [(limit, group) for limit, (_pk, group) in self._groups(job) if limit.per_minute]
        return [LimitUse(limit=limit, group=group, at=Now()) for limit, group in groups]

    def _groups(self, job: Counted) -> list[tuple[JobLimit, Group]]:
        found = ((limit, limit.group_of(job)) for limit in self.limits)
        return [(limit, (limit.pk, group)) for limit, group in found if group is not None]


class Choice(NamedTuple):
    """A job that may begin, and what is to be noted when it does."""

    job_id: int
    uses: list[LimitUse]


def choose(owner: int) -> Choice | None:
    """The next slow job of a person that limits let begin now. The limits are held until the transaction ends."""
    room = _room(owner)
    with connection.cursor() as cursor:
        cursor.execute(statements.CHOICE, {"is_quick": False, "owner": owner})
        found = [(-priority, due_at, pk, Counted(*job)) for *job, priority, due_at, pk in cursor.fetchall()]
    for _priority, _due_at, pk, job in sorted(found):
        if room.allows(job):
            return Choice(pk, room.uses(job))
    return None


def limited_among(jobs: Sequence[Job]) -> set[int]:
    """Those that some limit counts."""
    limits = list(JobLimit.objects.holding_for({job.owner_id for job in jobs}))
    return {job.pk for job in jobs if any(limit.group_of(Counted.of(job)) is not None for limit in limits)}


def _room(owner: int) -> Room:
    limits = JobLimit.objects.holding_for([owner]).order_by("pk")
    room = Room(list(limits.select_for_update(no_key=True)))
    leased = QueueEntry.objects.filter(lease__isnull=False)
    if not any(limit.is_for_everybody for limit in room.limits):
        leased = leased.filter(owner_id=owner)
    for row in leased.values_list("owner_id", "job__handler", "job__limit_key", "job__target"):
        room.count(Counted(*row))
    uses = LimitUse.objects.filter(limit__in=room.limits)
    uses.filter(at__lte=Now() - MINUTE).delete()
    for limit, group, count in uses.values_list("limit", "group").annotate(count=Count("pk")):
        room.begun[limit, group] = count
    return room
