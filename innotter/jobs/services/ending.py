"""How an attempt ends, and where its job goes from there."""

import random
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from innotter.events.services import record
from innotter.jobs.events import JobCancelled, JobCompleted, JobFailed
from innotter.jobs.models import Job, JobResult
from innotter.jobs.states import S, move

#: The longest time between two attempts.
LONGEST_PAUSE = timedelta(hours=1)

Outcome = JobResult.Outcome

ENDS: dict[S, type[JobCompleted] | type[JobFailed]] = {S.COMPLETED: JobCompleted, S.FAILED: JobFailed}


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
    # The clock of another machine, which began it, may be ahead.
    begun = min(job.started_at, now) if job.started_at else None
    result = JobResult(job=job, attempt=job.attempt, outcome=outcome, started_at=begun, completed_at=now, **words)
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


def _next_try(attempt: int) -> datetime:
    """Twice as long after each failure, and never for all at the same moment."""
    first = timedelta(seconds=int(settings.JOBS_RETRY_SECONDS))
    pause: timedelta = min(first * 2 ** min(attempt - 1, 20), LONGEST_PAUSE)
    return timezone.now() + pause * random.uniform(0.75, 1.25)  # noqa: S311 - spreads load, keeps no secret
