"""Firing: what recurs is submitted as a job when its time has come, once for each time.

The job, and the note of when the next one is due, are written in one transaction under the lock of the row: of many
workers one fires, and one that is killed has fired or has not. Every time here is the database's.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now

from innotter.accounts.permissions import is_in_good_standing
from innotter.events.services import record_all
from innotter.jobs.engine.queueing import enqueue
from innotter.jobs.events import JobSubmitted, RecurringJobPaused
from innotter.jobs.models import Job, RecurringJob
from innotter.jobs.registry import target_of

logger = logging.getLogger(__name__)

#: Recurring jobs that are fired in one transaction.
PORTION = 100
#: A time that is longer ago was missed. No expression names two times within a minute.
LATE = timedelta(minutes=1)


@transaction.atomic
def fire_due() -> int:
    """Submit runs of what is due, the earliest first; says how many recurring jobs have moved on to their next time.

    What a blocked person has set up moves on without a run. So does what has not ended its last run: that is counted.
    What cannot be read any more is paused, and its owner told: all jobs of everybody would wait for it.
    """
    due = RecurringJob.objects.filter(next_at__lte=Now()).order_by("next_at", "pk").select_related("owner")
    held = due.select_for_update(skip_locked=True, of=("self",), no_key=True)
    rows = list(held[:PORTION])
    if not rows:
        return 0
    now, at_work = _clock(), running_among(rows)
    runs, unreadable = [], []
    for row in rows:
        try:
            time, run = _moved_on(row, now)
        except Exception:
            logger.exception("Recurring job %d cannot be read, and is paused", row.pk)
            row.paused_at, row.paused_reason, row.next_at = now, RecurringJob.Paused.UNREADABLE, None
            unreadable.append(row)
            continue
        if time and row.pk in at_work:
            row.skipped, row.skipped_at = row.skipped + 1, time
        elif run:
            runs.append(run)
    RecurringJob.objects.bulk_update(rows, ["next_at", "skipped", "skipped_at", "paused_at", "paused_reason"])
    record_all([RecurringJobPaused(recurring_id=row.pk, owner_id=row.owner_id) for row in unreadable])
    submit_runs(runs)
    return len(rows)


def _moved_on(row: RecurringJob, now: datetime) -> tuple[datetime | None, Job | None]:
    """Let it wait for its next time; gives the one that a run is due for, and the run."""
    time = _time_to_run(row, now)
    row.next_at = row.time_after(now)
    if time is None or not is_in_good_standing(row.owner):
        return None, None
    return time, run_of(row, time)


def running_among(rows: Iterable[RecurringJob]) -> set[int]:
    """Those of which a run has not ended. Whoever begins another holds the row's lock."""
    runs = Job.objects.filter(recurring__in=rows).exclude(status__in=Job.FINISHED)
    return set(runs.values_list("recurring", flat=True))


def run_of(row: RecurringJob, time: datetime) -> Job:
    """The job that does once what recurs, yet to be written."""
    return Job(
        owner=row.owner,
        recurring=row,
        name=row.name,
        handler=row.handler,
        parameters=row.parameters,
        target=target_of(row.handler, row.parameters),
        notify=row.notify,
        scheduled_time=time,
        due_at=time,
        max_attempts=settings.JOBS_MAX_ATTEMPTS,
    )


def submit_runs(runs: Sequence[Job]) -> None:
    """Write them with their places in the queue. The limit of waiting jobs is not asked: of each, one waits at most."""
    Job.objects.bulk_create(runs)
    record_all([JobSubmitted(job_id=job.pk, owner_id=job.owner_id, handler=job.handler) for job in runs])
    enqueue(runs)


def _clock() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


def _time_to_run(row: RecurringJob, now: datetime) -> datetime | None:
    """For which time a run is due: the one that has just come, or for all that were missed now, or none."""
    if row.next_at and row.next_at > now - LATE:
        return row.next_at
    just_come = row.time_after(now - LATE)
    if just_come and just_come <= now:
        return just_come
    return now if row.missed == RecurringJob.Missed.ONCE else None
