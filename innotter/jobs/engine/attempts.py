"""Attempts that this process may make: how far each has come, and what of it is shown while it lasts."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection

from innotter.accounts.models import User
from innotter.jobs.engine.leasing import Leased
from innotter.jobs.models import Job
from innotter.jobs.registry import Handler, handler_named

#: Who has lost the lease changes nothing: the entries are locked, in the order in which all lock them.
_SHOW = """
    WITH mine AS (
        SELECT shown.* FROM jobs_queueentry AS entry
        JOIN unnest(%s::bigint[], %s::uuid[], %s::int[], %s::timestamptz[], %s::int[], %s::text[])
            AS shown (id, lease, attempt, started_at, percent, step)
        ON entry.job_id = shown.id AND entry.lease = shown.lease
        ORDER BY entry.job_id FOR NO KEY UPDATE OF entry
    )
    UPDATE jobs_job AS job
    SET status = 'in_progress', attempt = mine.attempt, started_at = mine.started_at, percent = mine.percent,
        step = mine.step
    FROM mine WHERE job.id = mine.id
    RETURNING job.id
"""


@dataclass(eq=False)
class Attempt:
    """A job under a lease. Its times are the database's, measured from the moment when it gave the lease."""

    job: Job
    leased: Leased
    leased_at: float = field(default_factory=time.monotonic)
    begun_at: float | None = None
    #: When it has taken longer than it may, by the clock of this process.
    over_at: float = 0
    percent: int = 0
    step: str = ""
    #: Whether the job itself says what is said here.
    is_shown: bool = False

    def begin(self) -> None:
        """From now on the time counts."""
        self.begun_at = time.monotonic()
        self.over_at = self.begun_at + self.seconds

    @property
    def handler(self) -> Handler | None:
        return handler_named(self.job.handler)

    @property
    def seconds(self) -> float:
        """How long it may take."""
        return min(self.handler.seconds, self.job.time_limit or math.inf) if self.handler else 0

    @property
    def started_at(self) -> datetime:
        return self._time(self.begun_at or self.leased_at)

    @property
    def now(self) -> datetime:
        return self._time(time.monotonic())

    def _time(self, moment: float) -> datetime:
        return self.leased.started_at + timedelta(seconds=max(0.0, moment - self.leased_at))


def attempts_for(leased: Sequence[Leased]) -> list[Attempt]:
    """Load the jobs of leases, with what their owners need; those that are gone, or their owners, have no attempt."""
    at = time.monotonic()
    found = Job.objects.defer("description").in_bulk([one.job_id for one in leased])
    owners = User.objects.in_bulk({one.owner_id for one in leased})
    there = [one for one in leased if one.job_id in found and one.owner_id in owners]
    attempts = [Attempt(found[one.job_id], one, leased_at=at) for one in there]
    for attempt in attempts:
        attempt.job.owner = owners[attempt.job.owner_id]
    return attempts


def show(attempts: Sequence[Attempt]) -> set[int]:
    """Let jobs say that they are in progress, and how far they are; gives the numbers of those that are still ours."""
    if not attempts:
        return set()
    for attempt in attempts:
        attempt.is_shown = True  # Before it is so: what changes meanwhile is shown next.
    rows = [
        (one.job.pk, one.leased.lease, one.leased.attempt, one.started_at, one.percent, one.step) for one in attempts
    ]
    with connection.cursor() as cursor:
        cursor.execute(_SHOW, [list(column) for column in zip(*rows, strict=True)])
        return {pk for (pk,) in cursor.fetchall()}
