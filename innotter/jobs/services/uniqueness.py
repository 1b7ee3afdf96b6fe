"""Jobs that are wanted once: what becomes of one whose key another has."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User
from innotter.errors import Conflict
from innotter.events.services import record
from innotter.jobs.engine.following import release_followers
from innotter.jobs.events import JobCancelled
from innotter.jobs.models import Job, QueueEntry
from innotter.jobs.services.drafts import Draft, IfExists
from innotter.jobs.states import S, must_move

#: Whoever wants a key longer than for a month wants something else than a queue.
LONGEST_SPAN = 31 * 24 * 3600


class Taken(Conflict):
    """Another job has the key: `job` is its id."""

    code = "key_taken"
    message = _("There is a job with this key already.")


def settle(*, owner: User, drafts: Sequence[Draft]) -> list[Job]:
    """For each draft the job that is to be written, or the one that is there instead. Called in a transaction.

    What one draft gets, another of the same bulk does not replace: the answer would name a job that is cancelled.
    """
    if not any(draft.job.unique_key for draft in drafts):
        return [draft.job for draft in drafts]
    # Of two with the same key at the same moment, the second finds the first.
    rows.hold(User.objects.all(), owner.pk)
    settled: dict[str, Job] = {}
    return [_settle_one(draft, settled) if draft.job.unique_key else draft.job for draft in drafts]


def _settle_one(draft: Draft, settled: dict[str, Job]) -> Job:
    key = draft.job.unique_key
    of_this_bulk = settled.get(key)
    other = of_this_bulk or _other(draft)
    if other is None:
        settled[key] = draft.job
        return draft.job
    if draft.if_exists == IfExists.RETURN:
        settled[key] = other
        return other
    if draft.if_exists == IfExists.REPLACE and not of_this_bulk and _gives_way(other):
        settled[key] = draft.job
        return draft.job
    refusal = Taken(**{draft.field("unique_key"): Taken.message})
    refusal.more = {"job": other.pk}
    raise refusal


def _other(draft: Draft) -> Job | None:
    same = Job.objects.filter(owner=draft.job.owner, unique_key=draft.job.unique_key).order_by("-pk")
    live = same.filter(status__in=[S.PENDING, S.IN_PROGRESS]).first()
    if live or not draft.seconds:
        return live
    since = timezone.now() - timedelta(seconds=draft.seconds)
    return same.exclude(status=S.CANCELLED).filter(created_at__gte=since).first()


@transaction.atomic
def _gives_way(other: Job) -> bool:
    """Take back a job that waits, or has ended; one that runs stays."""
    if other.is_finished:
        return True
    entry = QueueEntry.objects.filter(pk=other.pk, lease=None).select_for_update().first()
    if entry is None:
        return False
    entry.delete()
    must_move(other, S.CANCELLED, finished_at=timezone.now())
    record(JobCancelled(job_id=other.pk, owner_id=other.owner_id))
    release_followers({other.pk: S.CANCELLED})
    return True
