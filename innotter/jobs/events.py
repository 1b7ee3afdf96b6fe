"""What happens to jobs."""

from dataclasses import dataclass

from innotter.events.domain import DomainEvent


@dataclass(frozen=True, kw_only=True)
class JobSubmitted(DomainEvent):
    """Somebody wants something done: by the platform at a time, or by whoever bids for it."""

    type = "innotter.job.submitted"
    about = "job_id"
    job_id: int
    owner_id: int
    #: The kind of work; nothing where people bid for it.
    handler: str


@dataclass(frozen=True, kw_only=True)
class JobRetried(DomainEvent):
    """The owner of a failed job gives it another chance."""

    type = "innotter.job.retried"
    about = "job_id"
    job_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class JobCompleted(DomainEvent):
    """A job is done."""

    type = "innotter.job.completed"
    about = "job_id"
    job_id: int
    owner_id: int
    result_id: int
    handler: str
    attempts: int
    #: How long its last attempt took.
    milliseconds: int


@dataclass(frozen=True, kw_only=True)
class JobFailed(DomainEvent):
    """A job is given up after its last attempt."""

    type = "innotter.job.failed"
    about = "job_id"
    job_id: int
    owner_id: int
    result_id: int
    handler: str
    attempts: int
    #: How long its last attempt took.
    milliseconds: int


@dataclass(frozen=True, kw_only=True)
class JobCancelled(DomainEvent):
    """A job will not be done: its owner does not want it any more."""

    type = "innotter.job.cancelled"
    about = "job_id"
    job_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class BidPlaced(DomainEvent):
    """Somebody offers to do a job."""

    type = "innotter.bid.placed"
    about = "job_id"
    job_id: int
    bid_id: int


@dataclass(frozen=True, kw_only=True)
class BidWithdrawn(DomainEvent):
    """An offer is taken back."""

    type = "innotter.bid.withdrawn"
    about = "job_id"
    job_id: int
    bid_id: int


@dataclass(frozen=True, kw_only=True)
class BidSelected(DomainEvent):
    """An offer is taken: its bidder has the job, and the others do not."""

    type = "innotter.bid.selected"
    about = "job_id"
    job_id: int
    bid_id: int


@dataclass(frozen=True, kw_only=True)
class JobDelivered(DomainEvent):
    """Whoever has the job says that it is done."""

    type = "innotter.job.delivered"
    about = "job_id"
    job_id: int
    result_id: int


@dataclass(frozen=True, kw_only=True)
class JobReturned(DomainEvent):
    """The owner of a job asks for changes to what was delivered."""

    type = "innotter.job.returned"
    about = "job_id"
    job_id: int
    result_id: int


@dataclass(frozen=True, kw_only=True)
class JobCommented(DomainEvent):
    """Somebody says something about a job."""

    type = "innotter.job.commented"
    about = "job_id"
    job_id: int
    comment_id: int


@dataclass(frozen=True, kw_only=True)
class RecurringJobPaused(DomainEvent):
    """A recurring job cannot be read by this version, and is paused until its owner edits it."""

    type = "innotter.recurring_job.paused"
    about = "recurring_id"
    recurring_id: int
    owner_id: int
