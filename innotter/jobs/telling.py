"""The words for notifications about jobs."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from django.utils.translation import gettext as _

from innotter.accounts.models import User
from innotter.jobs.models import Bid, Job, JobComment, RecurringJob
from innotter.notifications.kinds import Kind
from innotter.notifications.models import Notification
from innotter.notifications.tellers import Told, Wording, tells

S = Job.Status


@tells(Kind.JOB_COMPLETED, Kind.JOB_FAILED, Kind.BID, Kind.BID_DECIDED, Kind.DELIVERY, Kind.DELIVERY_DECIDED)
def tell_of_jobs(viewer: User, notifications: Sequence[Notification]) -> Mapping[int, Wording]:
    ids = [row.subject_id for row in notifications]
    jobs = Job.objects.readable_by(viewer).in_bulk(ids)
    decided = [row.subject_id for row in notifications if row.kind == Kind.BID_DECIDED]
    mine = dict(Bid.objects.filter(bidder=viewer, job__in=decided).values_list("job", "status"))
    bid_for = [row.subject_id for row in notifications if row.kind == Kind.BID]
    bids = set(Bid.objects.filter(job__in=bid_for).standing().values_list("job", "bidder"))
    return {
        row.pk: partial(_words, row, job, mine.get(job.pk))
        for row in notifications
        if (job := jobs.get(row.subject_id)) and _stands(row, job, bids)
    }


def _stands(row: Notification, job: Job, bids: Collection[tuple[int, int]]) -> bool:
    """A bid that was taken back is told no more, nor what is wanted of a job that is off: that it is off is told."""
    if row.kind == Kind.BID:
        return (job.pk, row.actor_id) in bids
    return row.kind != Kind.DELIVERY_DECIDED or job.status != S.CANCELLED


def _words(row: Notification, job: Job, bid: str | None) -> Told:
    return Told(_sentence(row, job, bid), job.get_absolute_url(), _quote(row, job))


def _sentence(row: Notification, job: Job, bid: str | None) -> str:
    names = {"job": job.name, "person": row.actor}
    decided: dict[str, str] = {
        Bid.Status.SELECTED: _("Your bid for “%(job)s” was selected"),
        Bid.Status.REJECTED: _("Another bid for “%(job)s” was selected"),
    }
    words = {
        Kind.JOB_COMPLETED: _("“%(job)s” is completed"),
        Kind.JOB_FAILED: _("“%(job)s” has failed"),
        Kind.BID: _("%(person)s bids for “%(job)s”"),
        Kind.BID_DECIDED: decided.get(bid or "", "") if job.status != S.CANCELLED else _("“%(job)s” is cancelled"),
        Kind.DELIVERY: _("A result for “%(job)s” was delivered"),
        Kind.DELIVERY_DECIDED: _("Your result for “%(job)s” was accepted")
        if job.status == S.COMPLETED
        else _("“%(job)s”: changes requested"),
    }
    return words[Kind(row.kind)] % names


def _quote(row: Notification, job: Job) -> str:
    return job.error[:300] if row.kind == Kind.JOB_FAILED else ""


@tells(Kind.RECURRING_PAUSED)
def tell_of_recurring_jobs(viewer: User, notifications: Sequence[Notification]) -> Mapping[int, Wording]:
    """Nothing of one that its owner has edited or let go on since."""
    paused = RecurringJob.objects.of(viewer).exclude(paused_reason="")
    found = paused.in_bulk([row.subject_id for row in notifications])
    return {
        row.pk: partial(_words_of_recurring_job, recurring)
        for row in notifications
        if (recurring := found.get(row.subject_id))
    }


def _words_of_recurring_job(recurring: RecurringJob) -> Told:
    sentence = _("The recurring job “%(job)s” is paused") % {"job": recurring.name}
    return Told(sentence, recurring.get_absolute_url(), str(recurring.get_paused_reason_display()))


@tells(Kind.JOB_COMMENT)
def tell_of_comments(viewer: User, notifications: Sequence[Notification]) -> Mapping[int, Wording]:
    readable = JobComment.objects.readable_by(viewer).select_related("job", "author")
    comments = readable.in_bulk([row.subject_id for row in notifications])
    return {
        row.pk: partial(_words_of_comment, comment)
        for row in notifications
        if (comment := comments.get(row.subject_id))
    }


def _words_of_comment(comment: JobComment) -> Told:
    names = {"person": comment.author, "job": comment.job.name}
    sentence = _("%(person)s commented on “%(job)s”") % names
    return Told(sentence, f"{comment.job.get_absolute_url()}#comments", comment.text)
