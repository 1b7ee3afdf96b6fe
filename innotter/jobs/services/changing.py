"""Changing one's mind about jobs: one of them, or all that match."""

from collections.abc import Callable, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User
from innotter.errors import Conflict, Text, require
from innotter.events.services import record, record_all
from innotter.jobs.engine.following import release_followers
from innotter.jobs.engine.queueing import enqueue
from innotter.jobs.events import JobCancelled, JobRetried
from innotter.jobs.models import Job, JobQuerySet, QueueEntry
from innotter.jobs.permissions import can_manage_job, can_use_jobs
from innotter.jobs.services.room import UNDER_WAY, busy_among, check_room
from innotter.jobs.states import S, move, must_move
from innotter.jobs.waking import wake_after_commit

#: Of all that match, so many are changed at once, and so many in one transaction.
MOST_MATCHING, PORTION = 10_000, 500

_ONLY_FAILED = _("Only a failed job can be retried.")


@transaction.atomic
def run_now(*, owner: User, job: Job) -> None:
    """Begin a waiting job at once instead of at its time."""
    require(can_manage_job(owner, job))
    now = timezone.now()
    if not QueueEntry.objects.filter(pk=job.pk, lease=None, awaited=0).update(due_at=now, is_ready=True):
        if QueueEntry.objects.filter(pk=job.pk, awaited__gt=0).exists():
            raise Conflict(_("This job waits for others to end."))
        raise Conflict(_("This job is no longer waiting."))
    Job.objects.filter(pk=job.pk).update(due_at=now, scheduled_time=now)
    wake_after_commit()


@transaction.atomic
def retry_job(*, owner: User, job: Job) -> None:
    """Give a failed job another round of attempts."""
    require(can_manage_job(owner, job))
    if job.open_to_bids:
        raise Conflict(_("A job for people cannot be repeated. Describe it again as a new job."))
    if Job.objects.filter(pk=job.pk).exclude(status=S.FAILED).exists():
        raise Conflict(_ONLY_FAILED)
    if not _retry(owner, [job.pk]):
        raise Conflict(_why_not_again(job))


def _why_not_again(job: Job) -> Text:
    """What keeps a job from being tried again."""
    if not Job.objects.filter(pk=job.pk, status=S.FAILED).exists():
        return _ONLY_FAILED
    return UNDER_WAY if job.recurring_id else _("Another job with the same key is waiting or running already.")


@transaction.atomic
def cancel_job(*, owner: User, job: Job) -> bool:
    """Take a job back. One that is running is told to stop, and does so at its next checkpoint: then this is False."""
    require(can_manage_job(owner, job))
    now = timezone.now()
    if not job.open_to_bids:
        # Held, so that no worker begins it between the look and the move.
        entry = _held_entry(job)
        if entry.lease:
            Job.objects.filter(pk=job.pk).update(cancel_requested_at=now)
            return False
        entry.delete()
    must_move(job, S.CANCELLED, finished_at=now)
    record(JobCancelled(job_id=job.pk, owner_id=job.owner_id))
    release_followers({job.pk: S.CANCELLED})
    return True


def _held_entry(job: Job) -> QueueEntry:
    try:
        return rows.hold(QueueEntry.objects.all(), job.pk, to_delete=True)
    except rows.Gone:
        raise Conflict(_("The status of this job has changed. Reload the page to see it.")) from None


@transaction.atomic
def discard_job(*, owner: User, job: Job) -> None:
    """Do no more about a job that has failed."""
    require(can_manage_job(owner, job))
    if not _discard([job.pk]):
        raise Conflict(_("Only a failed job can be discarded."))


def cancel_matching(*, owner: User, jobs: JobQuerySet) -> int:
    """Take back all of these that wait, and tell those that run to stop; says how many."""
    return _each_portion(owner, jobs.filter(status__in=[S.PENDING, S.IN_PROGRESS]), _cancel)


def retry_matching(*, owner: User, jobs: JobQuerySet) -> int:
    """Give all of these that have failed another round of attempts; says how many."""
    return _each_portion(owner, jobs.filter(status=S.FAILED), lambda ids: _retry(owner, ids))


def discard_matching(*, owner: User, jobs: JobQuerySet) -> int:
    """Do no more about all of these that have failed; says how many."""
    return _each_portion(owner, jobs.filter(status=S.FAILED), _discard)


def run_matching(*, owner: User, jobs: JobQuerySet) -> int:
    """Begin all of these that wait at once instead of at their times; says how many."""
    return _each_portion(owner, jobs.filter(status=S.PENDING, open_to_bids=False), _run)


def _each_portion(owner: User, jobs: JobQuerySet, change: Callable[[list[int]], int]) -> int:
    """Change one's jobs in portions: each is changed as a whole, or not at all."""
    require(can_use_jobs(owner))
    ids = list(jobs.filter(owner=owner).order_by("pk").values_list("pk", flat=True)[:MOST_MATCHING])
    count = 0
    for start in range(0, len(ids), PORTION):
        with transaction.atomic():
            count += change(ids[start : start + PORTION])
    return count


def _cancel(ids: list[int]) -> int:
    now = timezone.now()
    entries = QueueEntry.objects.filter(pk__in=ids).order_by("pk").select_for_update()
    leases = dict(entries.values_list("pk", "lease"))
    running = [pk for pk, lease in leases.items() if lease]
    asked = Job.objects.filter(pk__in=running, cancel_requested_at=None).update(cancel_requested_at=now)
    waiting = [pk for pk, lease in leases.items() if not lease]
    QueueEntry.objects.filter(pk__in=waiting).delete()
    of_people = Job.objects.filter(pk__in=ids, open_to_bids=True, status__in=[S.PENDING, S.IN_PROGRESS])
    waiting += of_people.order_by("pk").select_for_update().values_list("pk", flat=True)
    move(Job.objects.filter(pk__in=waiting), S.CANCELLED, finished_at=now)
    record_cancelled(pks=waiting)
    return len(waiting) + asked


@transaction.atomic
def _retry(owner: User, ids: list[int]) -> int:
    # The person before what recurs and the jobs, as `run_recurring_job` does; nobody else takes a key or the room.
    owner = rows.hold(User.objects.all(), owner.pk)
    wanted = Job.objects.filter(pk__in=ids, status=S.FAILED, open_to_bids=False)
    failed = wanted.order_by("pk").select_for_update()
    keys = QueueEntry.objects.filter(owner_id=owner.pk).exclude(unique_key="")
    taken: set[object] = {"key/" + key for key in keys.values_list("unique_key", flat=True)}
    runs = wanted.exclude(recurring=None).values_list("recurring", flat=True)
    taken |= {f"recurring/{pk}" for pk in busy_among(recurring=runs)}
    jobs = []
    for job in failed:
        mine = {f"key/{job.unique_key}"} if job.unique_key else set()
        mine |= {f"recurring/{job.recurring_id}"} if job.recurring_id else set()
        if not mine & taken:
            taken |= mine
            jobs.append(job)
    if not jobs:
        return 0
    check_room(owner=owner, count=len(jobs))
    move(Job.objects.filter(pk__in=[job.pk for job in jobs]), S.PENDING, came_from=S.FAILED, **_another_round())
    enqueue(list(Job.objects.filter(pk__in=[job.pk for job in jobs]).order_by("pk")))
    record_all([JobRetried(job_id=job.pk, owner_id=owner.pk) for job in jobs])
    wake_after_commit()
    return len(jobs)


def _discard(ids: list[int]) -> int:
    failed = Job.objects.filter(pk__in=ids, status=S.FAILED).order_by("pk").select_for_update()
    pks = list(failed.values_list("pk", flat=True))
    move(Job.objects.filter(pk__in=pks), S.CANCELLED, came_from=S.FAILED)
    record_cancelled(pks=pks)
    return len(pks)


def _run(ids: list[int]) -> int:
    now = timezone.now()
    waiting = QueueEntry.objects.filter(pk__in=ids, lease=None, awaited=0).order_by("pk").select_for_update()
    pks = list(waiting.values_list("pk", flat=True))
    QueueEntry.objects.filter(pk__in=pks).update(due_at=now, is_ready=True)
    Job.objects.filter(pk__in=pks).update(due_at=now, scheduled_time=now)
    wake_after_commit()
    return len(pks)


@transaction.atomic
def record_cancelled(*, pks: Sequence[int]) -> None:
    """Let it be known that these are cancelled, with those that follow them."""
    owners = Job.objects.filter(pk__in=pks).order_by("pk").values_list("pk", "owner_id")
    record_all([JobCancelled(job_id=pk, owner_id=owner) for pk, owner in owners])
    release_followers(dict.fromkeys(pks, S.CANCELLED))


def _another_round() -> dict[str, object]:
    attempts = F("attempt") + settings.JOBS_MAX_ATTEMPTS
    return {"due_at": timezone.now(), "max_attempts": attempts, "finished_at": None, "percent": 0, "step": ""}
