"""How attempts end, many in one transaction, and where their jobs go from there."""

import random
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from innotter.events.domain import DomainEvent
from innotter.events.services import record_all
from innotter.jobs.engine.following import release_followers
from innotter.jobs.events import JobCancelled, JobCompleted, JobFailed
from innotter.jobs.models import Job, JobFile, JobResult, QueueEntry
from innotter.jobs.states import S

#: The longest time between two attempts.
LONGEST_PAUSE = timedelta(hours=1)

Outcome = JobResult.Outcome

ENDS: dict[S, type[JobCompleted] | type[JobFailed]] = {S.COMPLETED: JobCompleted, S.FAILED: JobFailed}

_MOVE = """
    UPDATE jobs_job AS job
    SET status = ended.status, attempt = ended.attempt, error = ended.error, percent = ended.percent, step = ended.step,
        started_at = ended.started_at, finished_at = ended.finished_at, due_at = coalesce(ended.due_at, job.due_at)
    FROM unnest(
        %s::bigint[], %s::text[], %s::int[], %s::text[], %s::int[], %s::text[], %s::timestamptz[], %s::timestamptz[],
        %s::timestamptz[]
    ) AS ended (id, status, attempt, error, percent, step, started_at, finished_at, due_at)
    WHERE job.id = ended.id
"""
#: After a failure a job is done alone: whatever it does to its worker, it does to no other job.
_WAIT = """
    UPDATE jobs_queueentry AS entry
    SET lease = NULL, lease_until = NULL, is_ready = FALSE, is_quick = FALSE, due_at = ended.due_at
    FROM unnest(%s::bigint[], %s::timestamptz[]) AS ended (id, due_at) WHERE entry.job_id = ended.id
"""


@dataclass
class Ending:
    """How an attempt has ended, as whoever made it says."""

    job: Job
    lease: uuid.UUID | None
    attempt: int
    outcome: JobResult.Outcome
    started_at: datetime | None
    completed_at: datetime
    output: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    may_retry: bool = True
    percent: int = 0
    step: str = ""
    files: list[JobFile] = field(default_factory=list)

    @property
    def result(self) -> JobResult:
        # The clock of another machine, which began it, may be ahead.
        begun = min(self.started_at, self.completed_at) if self.started_at else None
        return JobResult(
            job_id=self.job.pk,
            attempt=self.attempt,
            outcome=self.outcome,
            output=self.output,
            data=dict(self.data),
            error_message=self.error,
            started_at=begun,
            completed_at=self.completed_at,
        )


@transaction.atomic
def end_attempts(endings: Sequence[Ending]) -> dict[int, JobResult]:
    """Note how attempts have ended, each once, and where their jobs go from there; gives the results by job.

    Of an attempt whose lease is no longer the job's nothing is noted: somebody else has noted it.
    """
    mine = _held(endings)
    endings = [ending for ending in endings if ending.job.pk in mine]
    if not endings:
        return {}
    targets = {ending.job.pk: _after(ending, is_unwanted=mine[ending.job.pk]) for ending in endings}
    again = {one.job.pk: _next_try(one) for one in endings if targets[one.job.pk] == S.PENDING}
    _move(endings, targets, again)
    results = JobResult.objects.bulk_create([ending.result for ending in endings])
    JobFile.objects.bulk_create(list(_files(endings, results)))
    _record(endings, results, targets)
    release_followers({pk: to for pk, to in targets.items() if to != S.PENDING})
    return {result.job_id: result for result in results}


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


def _held(endings: Sequence[Ending]) -> dict[int, bool]:
    """The jobs whose leases still hold, locked in the order of their ids; and whether their owners want them off."""
    leases = {ending.job.pk: ending.lease for ending in endings}
    held = QueueEntry.objects.filter(pk__in=leases, lease__in=set(leases.values())).order_by("pk")
    rows = held.select_for_update(of=("self",)).values_list("pk", "lease", "job__cancel_requested_at")
    return {pk: wanted is not None for pk, lease, wanted in rows if lease == leases[pk]}


def _move(endings: Sequence[Ending], targets: Mapping[int, S], again: Mapping[int, datetime]) -> None:
    rows = [
        (
            one.job.pk,
            str(targets[one.job.pk]),
            one.attempt,
            one.error,
            100 if targets[one.job.pk] == S.COMPLETED else one.percent,
            one.step,
            one.started_at,
            None if one.job.pk in again else one.completed_at,
            again.get(one.job.pk),
        )
        for one in endings
    ]
    over = [one.job.pk for one in endings if one.job.pk not in again]
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [list(column) for column in zip(*rows, strict=True)])
        cursor.execute("DELETE FROM jobs_queueentry WHERE job_id = ANY(%s)", [over])
        if again:
            cursor.execute(_WAIT, [list(again), list(again.values())])


def _files(endings: Sequence[Ending], results: Sequence[JobResult]) -> list[JobFile]:
    kept = []
    for ending, result in zip(endings, results, strict=True):
        if ending.outcome == Outcome.COMPLETED:
            for file in ending.files:
                file.result = result
                kept.append(file)
    return kept


def _record(endings: Sequence[Ending], results: Sequence[JobResult], targets: Mapping[int, S]) -> None:
    """Note what has happened; people are told of it who wish to be."""
    events: dict[bool, list[DomainEvent]] = {True: [], False: []}
    for ending, result in zip(endings, results, strict=True):
        to, notify = targets[ending.job.pk], ending.job.notify
        if event := _event(ending, result, to):
            is_wished = notify == Job.Notify.ALWAYS or (notify == Job.Notify.FAILURE and to == S.FAILED)
            events[is_wished or to == S.CANCELLED].append(event)
    for for_people, some in events.items():
        if some:
            record_all(some, for_people=for_people)


def _event(ending: Ending, result: JobResult, to: S) -> DomainEvent | None:
    if end := ENDS.get(to):
        return end(**facts_of_end(job=ending.job, result=result))
    if to == S.CANCELLED:
        return JobCancelled(job_id=ending.job.pk, owner_id=ending.job.owner_id)
    return None


def _after(ending: Ending, *, is_unwanted: bool) -> S:
    """Where a job goes after an attempt. Whoever wants it no longer does not want it tried again."""
    if ending.outcome == Outcome.COMPLETED:
        return S.COMPLETED
    if ending.outcome == Outcome.CANCELLED or is_unwanted:
        return S.CANCELLED
    return S.PENDING if ending.may_retry and ending.attempt < ending.job.max_attempts else S.FAILED


def _next_try(ending: Ending) -> datetime:
    """Twice as long after each failure, and never for all at the same moment."""
    first = timedelta(seconds=int(settings.JOBS_RETRY_SECONDS))
    pause: timedelta = min(first * 2 ** min(ending.attempt - 1, 20), LONGEST_PAUSE)
    return ending.completed_at + pause * random.uniform(0.75, 1.25)  # noqa: S311 - spreads load, keeps no secret
