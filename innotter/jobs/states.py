"""The ways a job can go."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from innotter.errors import Conflict
from innotter.jobs.models import Job, JobQuerySet

S = Job.Status

#: Every way: to what, from what. What is not here does not happen.
WAYS: dict[S, set[S]] = {
    S.QUEUED: {S.PENDING},  # handed to a worker
    S.IN_PROGRESS: {S.QUEUED, S.PENDING},  # begun by a worker, or given to a person
    S.COMPLETED: {S.IN_PROGRESS},
    S.FAILED: {S.IN_PROGRESS},
    S.CANCELLED: {S.PENDING, S.QUEUED, S.IN_PROGRESS},
    S.PENDING: {S.QUEUED, S.IN_PROGRESS, S.FAILED},  # the message was lost; tried again; tried again by hand
}


def move(jobs: JobQuerySet, to: S, *, came_from: S | None = None, **changes: Any) -> int:
    """Compare and set, in one statement: of two who try the same, one wins. Says how many jobs have moved.

    `came_from` narrows the table to one of its ways.
    """
    ways = WAYS[to] if came_from is None else WAYS[to] & {came_from}
    if to not in {S.QUEUED, S.IN_PROGRESS}:
        changes |= {"lease": None, "lease_until": None}
    return jobs.filter(status__in=ways).update(status=to, **changes)


def must_move(job: Job, to: S, **changes: Any) -> None:
    """The same for one job, refusing when it cannot go there any more."""
    if not move(Job.objects.filter(pk=job.pk), to, **changes):
        raise Conflict(_("This job has moved on. Reload to see where it stands."))
