"""Jobs, what came of them, and who offers to do them."""

from innotter.jobs.models.bid import Bid, BidQuerySet, JobComment
from innotter.jobs.models.dependency import JobDependency
from innotter.jobs.models.job import Job, JobQuerySet
from innotter.jobs.models.limit import Counted, JobLimit, JobLimitQuerySet, LimitUse, QueuePause
from innotter.jobs.models.queue import QueueEntry
from innotter.jobs.models.recurring import RecurringJob, RecurringJobQuerySet
from innotter.jobs.models.result import Effect, JobFile, JobResult, LogLine

__all__ = [
    "Bid",
    "BidQuerySet",
    "Counted",
    "Effect",
    "Job",
    "JobComment",
    "JobDependency",
    "JobFile",
    "JobLimit",
    "JobLimitQuerySet",
    "JobQuerySet",
    "JobResult",
    "LimitUse",
    "LogLine",
    "QueueEntry",
    "QueuePause",
    "RecurringJob",
    "RecurringJobQuerySet",
]
