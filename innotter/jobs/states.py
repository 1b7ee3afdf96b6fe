"""The states of a job, and the transitions between them.

What the platform does is held by a lease in the queue (`models/queue.py`). The job itself says that it is in progress
when an attempt has lasted long enough for somebody to look; one that is done sooner goes from pending to its end.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from innotter.errors import Conflict
from innotter.jobs.models import Job, JobQuerySet

S = Job.Status

#: Every transition: from what, to what. What is not here does not happen.
TRANSITIONS: dict[S, set[S]] = {
    S.PENDING: {S.IN_PROGRESS, S.CANCELLED},  # begun by a worker; given to a person
    S.IN_PROGRESS: {S.PENDING, S.COMPLETED, S.FAILED, S.CANCELLED},  # pending: tried again after a failed attempt
    S.FAILED: {S.PENDING, S.CANCELLED},  # tried again, or discarded, by hand
    S.COMPLETED: set(),
    S.CANCELLED: set(),
}


def move(jobs: JobQuerySet, to: S, *, came_from: S | None = None, **changes: Any) -> int:
    """Compare and set, in one statement: of two who try the same, one wins. Says how many jobs have moved.

    `came_from` narrows the table to one transition.
    """
    sources = {state for state, targets in TRANSITIONS.items() if to in targets and came_from in {None, state}}
    return jobs.filter(status__in=sources).update(status=to, **changes)


def must_move(job: Job, to: S, **changes: Any) -> None:
    """The same for one job, refusing when it cannot go there any more."""
    if not move(Job.objects.filter(pk=job.pk), to, **changes):
        raise Conflict(_("The status of this job has changed. Reload the page to see it."))
