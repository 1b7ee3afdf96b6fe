"""Jobs that are wanted once: what becomes of one whose key another has."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User
from innotter.errors import Conflict
from innotter.jobs.models import Job, QueueEntry
from innotter.jobs.services.changing import record_cancelled
from innotter.jobs.services.drafts import Draft, IfExists
from innotter.jobs.states import S, move

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
    others = _others(owner, drafts)
    if replaced := [others[key].pk for key in _to_replace(drafts) if key in others]:
        # Looked for again: others may have followed what is cancelled, and be cancelled with it.
        _cancel_waiting(replaced)
        others = _others(owner, drafts)
    settled: dict[str, Job] = {}
    return [_settle_one(draft, others, settled) if draft.job.unique_key else draft.job for draft in drafts]


def _settle_one(draft: Draft, others: Mapping[str, Job], settled: dict[str, Job]) -> Job:
    key = draft.job.unique_key
    of_this_bulk = settled.get(key)
    other = of_this_bulk or _that_counts(others.get(key), draft)
    if other is None:
        settled[key] = draft.job
        return draft.job
    if draft.if_exists == IfExists.RETURN:
        settled[key] = other
        return other
    # What waited is cancelled by now; what still runs stays.
    if draft.if_exists == IfExists.REPLACE and not of_this_bulk and other.is_finished:
        settled[key] = draft.job
        return draft.job
    refusal = Taken(**{draft.field("unique_key"): Taken.message})
    refusal.more = {"job": other.pk}
    raise refusal


def _to_replace(drafts: Sequence[Draft]) -> list[str]:
    """The keys whose jobs are to give way: of several drafts with the same key, the first one finds the other."""
    first = {draft.job.unique_key: draft for draft in reversed(drafts) if draft.job.unique_key}
    return [key for key, draft in first.items() if draft.if_exists == IfExists.REPLACE]


def _others(owner: User, drafts: Sequence[Draft]) -> dict[str, Job]:
    """By key the job that waits or runs or, where there is none, the newest that has ended within the longest span."""
    keyed = [draft for draft in drafts if draft.job.unique_key]
    same = Job.objects.filter(owner=owner, unique_key__in={draft.job.unique_key for draft in keyed})
    others = {job.unique_key: job for job in same.filter(status__in=[S.PENDING, S.IN_PROGRESS]).order_by("pk")}
    longest = max(draft.seconds for draft in keyed)
    if not longest:
        return others
    ended = same.exclude(status=S.CANCELLED).filter(created_at__gte=timezone.now() - timedelta(seconds=longest))
    newest = ended.order_by("unique_key", "-created_at", "-pk").distinct("unique_key").values("pk")
    return {job.unique_key: job for job in Job.objects.filter(pk__in=newest)} | others


def _that_counts(other: Job | None, draft: Draft) -> Job | None:
    """The other, unless it has ended, and was submitted before the span of time that this draft names."""
    if other is None or not other.is_finished:
        return other
    is_within = draft.seconds and other.created_at >= timezone.now() - timedelta(seconds=draft.seconds)
    return other if is_within else None


@transaction.atomic
def _cancel_waiting(pks: Sequence[int]) -> None:
    """Take back those of these jobs that wait; one that runs stays."""
    entries = QueueEntry.objects.filter(pk__in=pks, lease=None).order_by("pk").select_for_update()
    waiting = list(entries.values_list("pk", flat=True))
    QueueEntry.objects.filter(pk__in=waiting).delete()
    move(Job.objects.filter(pk__in=waiting), S.CANCELLED, finished_at=timezone.now())
    record_cancelled(pks=waiting)
