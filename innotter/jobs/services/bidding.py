"""Offering to do a job, and choosing among the offers."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User
from innotter.errors import Conflict, Forbidden, require
from innotter.events.services import record
from innotter.jobs.events import BidPlaced, BidSelected, BidWithdrawn, JobCommented
from innotter.jobs.models import Bid, Job, JobComment
from innotter.jobs.permissions import (
    can_bid,
    can_change_bid,
    can_comment_on_job,
    can_delete_job_comment,
    can_manage_job,
)
from innotter.jobs.services.checking import check_is_to_come
from innotter.jobs.states import S, move


@transaction.atomic
def place_bid(*, bidder: User, job: Job, text: str, proposed_deadline: datetime, fee: Decimal, currency: str) -> Bid:
    """Offer to do a job, or change one's offer while the job is open. One that was taken back stands again."""
    job = _held(job)
    if bidder.pk == job.owner_id:
        raise Forbidden(_("This job is yours: others bid for it."))
    if not can_bid(bidder, job):
        raise Conflict(_("This job takes no more bids."))
    check_is_to_come(proposed_deadline, "proposed_deadline")
    bid = Bid.objects.filter(job=job, bidder=bidder).first()
    is_new = bid is None or not bid.is_open
    bid = bid or Bid(job=job, bidder=bidder)
    bid.text, bid.proposed_deadline, bid.fee, bid.currency = text.strip(), proposed_deadline, fee, currency.upper()
    bid.status, bid.updated_at = Bid.Status.OPEN, timezone.now()
    bid.clean_fields(exclude={"job", "bidder"})
    bid.save()
    if is_new:
        record(BidPlaced(job_id=job.pk, bid_id=bid.pk))
    return bid


@transaction.atomic
def withdraw_bid(*, bidder: User, bid: Bid) -> None:
    """Take one's offer back. Doing so twice changes nothing."""
    require(can_change_bid(bidder, bid))
    _held(bid.job)
    if Bid.objects.filter(pk=bid.pk, status=Bid.Status.OPEN).update(status=Bid.Status.WITHDRAWN):
        record(BidWithdrawn(job_id=bid.job_id, bid_id=bid.pk))
    elif not Bid.objects.filter(pk=bid.pk, status=Bid.Status.WITHDRAWN).exists():
        raise Conflict(_("It has been decided on: this bid can no longer be withdrawn."))


@transaction.atomic
def select_bid(*, owner: User, bid: Bid, seen: datetime | None = None) -> None:
    """Give the job to whoever has made this offer, for good; the others are told. Of two selections, one holds.

    With the time at which the offer was written that the owner has seen, none is taken that has changed since.
    """
    require(can_manage_job(owner, bid.job))
    job = _held(bid.job)
    now = timezone.now()
    offer = Bid.objects.filter(pk=bid.pk, status=Bid.Status.OPEN, bidder__is_blocked=False).first()
    if offer is None:
        raise Conflict(_("This bid is no longer valid."))
    if seen and offer.updated_at != seen:
        raise Conflict(_("This bid has changed in the meantime. Look at it again."))
    mine = Job.objects.filter(pk=job.pk, open_to_bids=True)
    changes = {"assignee": bid.bidder_id, "attempt": 1, "started_at": now}
    if not move(mine, S.IN_PROGRESS, came_from=S.PENDING, **changes):
        raise Conflict(_("A bid has been selected already."))
    Bid.objects.filter(pk=bid.pk).update(status=Bid.Status.SELECTED, updated_at=now)
    Bid.objects.filter(job=job, status=Bid.Status.OPEN).update(status=Bid.Status.REJECTED, updated_at=now)
    record(BidSelected(job_id=job.pk, bid_id=bid.pk))


@transaction.atomic
def comment_on_job(*, author: User, job: Job, text: str) -> JobComment:
    """Say something about a job: to all who see it while it is open to bids, then to its owner and its assignee."""
    job = _held(job)
    require(can_comment_on_job(author, job))
    comment = JobComment(job=job, author=author, text=text.strip(), is_between_parties=not job.is_on_market)
    comment.clean_fields(exclude={"job", "author"})
    comment.save(force_insert=True)
    record(JobCommented(job_id=job.pk, comment_id=comment.pk))
    return comment


def delete_job_comment(*, person: User, comment: JobComment) -> None:
    """Take a comment on a job away. One that is gone already changes nothing."""
    require(can_delete_job_comment(person, comment))
    comment.delete()


def _held(job: Job) -> Job:
    """The job as it is now, and stays until the transaction ends."""
    return rows.hold(Job.objects.all(), job.pk)
