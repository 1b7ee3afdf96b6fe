"""Handing due jobs to the workers, taking up what dead ones have left, and cleaning."""

import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Window
from django.db.models.functions import RowNumber
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from innotter.events.services import record
from innotter.jobs.events import JobCancelled, JobCompleted, JobFailed
from innotter.jobs.models import Effect, Job, JobResult, LogLine
from innotter.jobs.states import S, move

#: Jobs that are handed over, or taken up, in one transaction.
PORTION = 100
#: The most that wait in the broker at a time; the others wait in the database.
MOST_QUEUED = 1000
#: A queued job that nobody has begun after so many leases is handed over anew: its message may be lost.
PATIENCE = 10
LONGEST_PAUSE = timedelta(hours=1)

Outcome = JobResult.Outcome

ENDS: dict[S, type[JobCompleted] | type[JobFailed]] = {S.COMPLETED: JobCompleted, S.FAILED: JobFailed}


@transaction.atomic
def hand_over_due() -> list[int]:
    """Queue the next jobs that are due, owner by owner in turn; says which. Any number of dispatchers may run at once.

    What waits in the broker is done in order. So each owner has a few jobs there and no more: another's job waits for
    those few, however many are due.
    """
    wanted = _next_in_turn()
    due = Job.objects.due().filter(pk__in=wanted).select_for_update(skip_locked=True)
    ids = sorted(due.values_list("pk", flat=True), key=wanted.index)
    move(
        Job.objects.filter(pk__in=ids),
        S.QUEUED,
        lease_until=timezone.now() + timedelta(seconds=settings.JOBS_LEASE_SECONDS * PATIENCE),
    )
    return ids


def _next_in_turn() -> list[int]:
    held = Job.objects.filter(lease_until__isnull=False)
    queued = held.filter(status=S.QUEUED).count()
    busy = Counter(held.values_list("owner", flat=True))
    full = [owner for owner, count in busy.items() if count >= settings.JOBS_AT_ONCE]
    turn = Window(RowNumber(), partition_by="owner", order_by=["due_at", "pk"])
    due = Job.objects.due().exclude(owner__in=full).annotate(turn=turn).filter(turn__lte=settings.JOBS_AT_ONCE)
    first = due.order_by("turn", "due_at", "pk").values_list("pk", "owner", "turn")
    room = max(0, min(PORTION, MOST_QUEUED - queued))
    return [pk for pk, owner, nth in first[:room] if nth + busy[owner] <= settings.JOBS_AT_ONCE]


@transaction.atomic
def take_up_abandoned() -> int:
    """Let what a dead worker has begun be done by another, and what was lost on its way be handed over anew."""
    abandoned = Job.objects.abandoned().select_related("owner").order_by("lease_until")
    jobs = list(abandoned.select_for_update(skip_locked=True, of=("self",))[:PORTION])
    for job in jobs:
        if job.status == S.QUEUED:
            move(Job.objects.filter(pk=job.pk), S.PENDING, came_from=S.QUEUED)
        else:
            with translation.override(job.owner.language):
                message = _("The worker that had this job has stopped.")
            end_attempt(job=job, outcome=Outcome.ABANDONED, error_message=message)
    return len(jobs)


@transaction.atomic
def end_attempt(*, job: Job, outcome: Outcome, may_retry: bool = True, **words: Any) -> JobResult | None:
    """Note how the attempt of a lease has ended, once, and where the job goes from there.

    Gives None, and changes nothing, when the lease is no longer the job's: somebody else has noted it.
    """
    mine = Job.objects.select_for_update().filter(pk=job.pk, lease=job.lease, status=S.IN_PROGRESS)
    wanted = list(mine.values_list("cancel_requested_at", flat=True))
    if not wanted:
        return None
    to = _after(job, outcome, may_retry=may_retry, is_unwanted=wanted[0] is not None)
    now = timezone.now()
    changes: dict[str, Any] = {"error": words.get("error_message", "")}
    changes |= {"due_at": _next_try(job.attempt)} if to == S.PENDING else {"finished_at": now}
    changes |= {"percent": 100} if to == S.COMPLETED else {}
    move(mine, to, **changes)
    result = JobResult(job=job, attempt=job.attempt, outcome=outcome, started_at=job.started_at, **words)
    result.save(force_insert=True)
    if end := ENDS.get(to):
        record(end(**facts_of_end(job=job, result=result)))
    elif to == S.CANCELLED:
        record(JobCancelled(job_id=job.pk, owner_id=job.owner_id))
    return result


def facts_of_end(*, job: Job, result: JobResult) -> dict[str, Any]:
    """What events tell of a job that is over."""
    return {
        "job_id": job.pk,
        "owner_id": job.owner_id,
        "result_id": result.pk,
        "handler": job.handler,
        "attempts": result.attempt,
        "milliseconds": round((result.seconds or 0) * 1000),
    }


def _after(job: Job, outcome: Outcome, *, may_retry: bool, is_unwanted: bool) -> S:
    """Where a job goes after an attempt. Whoever wants it no longer does not want it tried again."""
    if outcome == Outcome.COMPLETED:
        return S.COMPLETED
    if outcome == Outcome.CANCELLED or is_unwanted:
        return S.CANCELLED
    return S.PENDING if may_retry and job.attempt < job.max_attempts else S.FAILED


def forget_old_results() -> None:
    """Drop what came of jobs that finished long ago; the jobs themselves stay, as history."""
    before = timezone.now() - timedelta(days=settings.JOBS_KEPT_DAYS)
    old = Job.objects.finished().filter(finished_at__lt=before).values("pk")
    for model in (JobResult, LogLine, Effect):
        model.objects.filter(job__in=old).delete()
    Job.objects.filter(pk__in=old).exclude(file="").update(file="", file_name="")


def _next_try(attempt: int) -> datetime:
    """Twice as long after each failure, and never for all at the same moment."""
    first = timedelta(seconds=int(settings.JOBS_RETRY_SECONDS))
    pause: timedelta = min(first * 2 ** min(attempt - 1, 20), LONGEST_PAUSE)
    return timezone.now() + pause * random.uniform(0.75, 1.25)  # noqa: S311 - spreads load, keeps no secret
