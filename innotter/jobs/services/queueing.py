"""Handing due jobs to the workers, taking up what dead ones have left, and cleaning."""

from collections import Counter
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Window
from django.db.models.functions import RowNumber
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from innotter.jobs.models import Effect, Job, JobResult, LogLine
from innotter.jobs.services.ending import end_attempt
from innotter.jobs.states import S, move

#: Jobs that are handed over, or taken up, in one transaction.
PORTION = 100
#: The most that wait in the broker at a time; the others wait in the database.
MOST_QUEUED = 1000
#: A queued job that no worker has begun after this many leases is queued again: its message may be lost.
PATIENCE = 10


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
            end_attempt(job=job, outcome=JobResult.Outcome.ABANDONED, error_message=message)
    return len(jobs)


def forget_old_results() -> None:
    """Drop what came of jobs that finished long ago; the jobs themselves stay, as history."""
    before = timezone.now() - timedelta(days=settings.JOBS_KEPT_DAYS)
    old = Job.objects.finished().filter(finished_at__lt=before).values("pk")
    for model in (JobResult, LogLine, Effect):
        model.objects.filter(job__in=old).delete()
    Job.objects.filter(pk__in=old).exclude(file="").update(file="", file_name="")
