"""Whose the events of jobs are: the job's owner's, also of what others bid and deliver."""

from innotter.jobs import events
from innotter.jobs.models import Job, RecurringJob
from innotter.webhooks.registry import Audience, audience, users

JobEvent = (
    events.JobSubmitted
    | events.JobRetried
    | events.JobCompleted
    | events.JobFailed
    | events.JobCancelled
    | events.JobDelivered
    | events.JobReturned
    | events.JobCommented
    | events.BidPlaced
    | events.BidWithdrawn
    | events.BidSelected
)


@audience(
    events.JobSubmitted,
    events.JobRetried,
    events.JobCompleted,
    events.JobFailed,
    events.JobCancelled,
    events.JobDelivered,
    events.JobReturned,
    events.JobCommented,
    events.BidPlaced,
    events.BidWithdrawn,
    events.BidSelected,
)
def of_owner(event: JobEvent) -> Audience:
    return users(Job.objects.filter(pk=event.job_id).values_list("owner", flat=True))


@audience(events.RecurringJobPaused)
def of_owner_of_recurring(event: events.RecurringJobPaused) -> Audience:
    return users(RecurringJob.objects.filter(pk=event.recurring_id).values_list("owner", flat=True))
