"""Putting jobs into the queue, and taking up what dead workers have left."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from innotter.jobs.engine.ending import Ending, end_attempts
from innotter.jobs.engine.naming import find_targets
from innotter.jobs.models import Job, JobResult, QueueEntry
from innotter.jobs.registry import handler_named
from innotter.jobs.states import S

#: Jobs that are taken up in one transaction.
PORTION = 100


def enqueue(jobs: Sequence[Job], awaited: Mapping[int, int] = MappingProxyType({})) -> None:
    """Let the platform do these, each at its time; they have been written in the same transaction.

    `awaited` says by job of how many others the end is awaited first.
    """
    now = timezone.now()
    QueueEntry.objects.bulk_create(
        QueueEntry(
            job=job,
            owner_id=job.owner_id,
            due_at=job.due_at,
            attempt=job.attempt,
            priority=job.priority,
            unique_key=job.unique_key,
            is_quick=_is_quick(job),
            awaited=awaited.get(job.pk, 0),
            is_ready=job.due_at <= now and not awaited.get(job.pk),
        )
        for job in jobs
    )
    if named := [job.pk for job in jobs if "${" in job.target and not awaited.get(job.pk)]:
        find_targets(named)


def _is_quick(job: Job) -> bool:
    """What has failed before is done alone, whatever its kind."""
    handler = handler_named(job.handler)
    return handler is not None and handler.is_quick and not job.attempt


@transaction.atomic
def take_up_abandoned() -> int:
    """Let what a dead worker has begun be done by another; says how many leases had run out."""
    entries = _abandoned_entries().order_by("pk").select_related("job__owner")
    entries = entries.select_for_update(skip_locked=True, of=("self",))[:PORTION]
    endings = [_abandoned(entry) for entry in entries]
    end_attempts(endings)
    return len(endings)


def is_abandoned() -> bool:
    """Whether a dead worker has left something."""
    return _abandoned_entries().exists()


def _abandoned_entries() -> QuerySet[QueueEntry]:
    return QueueEntry.objects.filter(lease__isnull=False, lease_until__lt=Now())


def _abandoned(entry: QueueEntry) -> Ending:
    job = entry.job
    with translation.override(job.owner.language):
        error = _("The worker that had this job has stopped.")
    return Ending(
        job=job,
        lease=entry.lease,
        attempt=entry.attempt,
        outcome=JobResult.Outcome.ABANDONED,
        started_at=entry.started_at,
        completed_at=timezone.now(),
        error=error,
        percent=job.percent if job.status == S.IN_PROGRESS else 0,
        step=job.step if job.status == S.IN_PROGRESS else "",
    )
