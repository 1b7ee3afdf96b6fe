"""Letting a job begin after others."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import User
from innotter.errors import Conflict, Invalid
from innotter.jobs.models import Job, JobDependency, QueueEntry
from innotter.jobs.models.dependency import MOST_AWAITED
from innotter.jobs.services.drafts import Draft
from innotter.jobs.states import S

CANCEL = JobDependency.IfFails.CANCEL


def hold_awaited(*, owner: User, drafts: Sequence[Draft]) -> dict[int, str]:
    """Where the jobs are that these begin after, by id; those that have not ended do not before the transaction does.

    Refuses jobs of others, jobs for people, and a job that would be cancelled at once.
    """
    wanted = {pk for draft in drafts for pk in draft.after}
    if not wanted:
        return {}
    held = QueueEntry.objects.filter(pk__in=wanted, owner_id=owner.pk).order_by("pk").select_for_update(no_key=True)
    live = set(held.values_list("pk", flat=True))
    known = Job.objects.filter(pk__in=wanted, owner=owner, open_to_bids=False).values_list("pk", "status")
    states: dict[int, str] = {pk: S.PENDING if pk in live else status for pk, status in known}
    if any(pk not in live and status not in Job.FINISHED for pk, status in states.items()):
        raise Conflict  # It was tried again between the two looks: nobody would tell who follows it of its end.
    for draft in drafts:
        if len(set(draft.after)) > MOST_AWAITED:
            most = _("A job begins after at most %(most)d others.") % {"most": MOST_AWAITED}
            raise Invalid(**{draft.field("after"): most})
        if strangers := sorted(set(draft.after) - set(states)):
            raise Invalid(**{draft.field("after"): _("You have no such job: %(id)s.") % {"id": strangers[0]}})
        if draft.if_fails == CANCEL and any(states[pk] in {S.FAILED, S.CANCELLED} for pk in draft.after):
            refusal = _("What this job is to follow has failed, or is cancelled.")
            raise Conflict(refusal, **{draft.field("after"): refusal})
    return states


def depend(*, drafts: Sequence[Draft], states: Mapping[int, str]) -> dict[int, int]:
    """Note what these begin after, once they are written; gives by job of how many the end is awaited."""
    edges = [
        JobDependency(job=draft.job, after_id=pk, if_fails=draft.if_fails, is_settled=states[pk] in Job.FINISHED)
        for draft in drafts
        for pk in sorted(set(draft.after))
    ]
    JobDependency.objects.bulk_create(edges)
    awaited: dict[int, int] = {}
    for edge in edges:
        awaited[edge.job_id] = awaited.get(edge.job_id, 0) + (not edge.is_settled)
    return awaited
