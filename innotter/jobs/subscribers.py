"""What follows from what happens to jobs: people are told."""

from innotter.accounts.models import User
from innotter.events.domain import subscribe
from innotter.jobs.events import (
    BidPlaced,
    BidSelected,
    JobCancelled,
    JobCommented,
    JobCompleted,
    JobDelivered,
    JobFailed,
    JobReturned,
    RecurringJobPaused,
)
from innotter.jobs.models import Bid, Job, JobComment, RecurringJob
from innotter.notifications.kinds import Kind
from innotter.notifications.services import notify, notify_all


def _job(job_id: int) -> Job | None:
    return Job.objects.select_related("owner", "assignee").filter(pk=job_id).first()


def _tell(recipient: User | None, kind: Kind, event: JobCompleted | JobFailed | JobDelivered | JobReturned) -> None:
    if recipient:
        notify(recipient=recipient, kind=kind, event_id=event.event_id, subject_id=event.job_id)


@subscribe(JobCompleted, name="jobs.tell_that_it_is_done", tells=True)
def tell_that_it_is_done(event: JobCompleted) -> None:
    """The owner; of what they have accepted themselves, whoever has delivered it."""
    if job := _job(event.job_id):
        if job.open_to_bids:
            _tell(job.assignee, Kind.DELIVERY_DECIDED, event)
        else:
            _tell(job.owner, Kind.JOB_COMPLETED, event)


@subscribe(JobFailed, name="jobs.tell_that_it_has_failed", tells=True)
def tell_that_it_has_failed(event: JobFailed) -> None:
    if job := _job(event.job_id):
        _tell(job.owner, Kind.JOB_FAILED, event)


@subscribe(RecurringJobPaused, name="jobs.tell_that_it_is_paused")
def tell_that_it_is_paused(event: RecurringJobPaused) -> None:
    """As of a failure: unless its owner wants to be told of nothing."""
    found = RecurringJob.objects.select_related("owner").filter(pk=event.recurring_id)
    if recurring := found.exclude(notify=Job.Notify.NEVER).first():
        notify(recipient=recurring.owner, kind=Kind.RECURRING_PAUSED, event_id=event.event_id, subject_id=recurring.pk)


@subscribe(JobDelivered, name="jobs.tell_owner_of_delivery")
def tell_owner_of_delivery(event: JobDelivered) -> None:
    if job := _job(event.job_id):
        _tell(job.owner, Kind.DELIVERY, event)


@subscribe(JobReturned, name="jobs.tell_assignee_what_to_change")
def tell_assignee_what_to_change(event: JobReturned) -> None:
    if job := _job(event.job_id):
        _tell(job.assignee, Kind.DELIVERY_DECIDED, event)


@subscribe(BidPlaced, name="jobs.tell_owner_of_bid")
def tell_owner_of_bid(event: BidPlaced) -> None:
    bid = Bid.objects.select_related("job__owner", "bidder").filter(pk=event.bid_id).first()
    if bid and bid.is_open:
        owner = bid.job.owner
        notify(recipient=owner, kind=Kind.BID, event_id=event.event_id, subject_id=bid.job_id, actor=bid.bidder)


@subscribe(BidSelected, name="jobs.tell_bidders")
def tell_bidders(event: BidSelected) -> None:
    """Who has got the job, and who has not."""
    _tell_bidders(event, [Bid.Status.SELECTED, Bid.Status.REJECTED])


@subscribe(JobCancelled, name="jobs.tell_bidders_that_it_is_off")
def tell_bidders_that_it_is_off(event: JobCancelled) -> None:
    _tell_bidders(event, [Bid.Status.SELECTED, Bid.Status.OPEN])


def _tell_bidders(event: BidSelected | JobCancelled, statuses: list[Bid.Status]) -> None:
    people = User.objects.filter(bids__job=event.job_id, bids__status__in=statuses)
    notify_all(recipients=list(people), kind=Kind.BID_DECIDED, event_id=event.event_id, subject_id=event.job_id)


@subscribe(JobCommented, name="jobs.tell_of_comment")
def tell_of_comment(event: JobCommented) -> None:
    """The job's owner and whoever has it, except the one who says it."""
    comment = JobComment.objects.select_related("job__owner", "job__assignee", "author")
    if said := comment.filter(pk=event.comment_id).first():
        people = {person for person in (said.job.owner, said.job.assignee) if person and person != said.author}
        notify_all(
            recipients=list(people),
            kind=Kind.JOB_COMMENT,
            event_id=event.event_id,
            subject_id=said.pk,
            actor=said.author,
        )
