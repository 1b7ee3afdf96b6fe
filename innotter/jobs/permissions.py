"""Who may do what to jobs. Who may see them is said by their queryset."""

from typing import TypeGuard

from innotter.accounts.models import User
from innotter.accounts.permissions import Person, is_in_good_standing
from innotter.jobs.models import Bid, Job, JobComment, JobLimit, RecurringJob


def can_use_jobs(person: Person) -> TypeGuard[User]:
    """Whoever is in good standing."""
    return is_in_good_standing(person)


def can_manage_job(person: Person, job: Job) -> bool:
    """Its owner, and nobody else."""
    return can_use_jobs(person) and person.pk == job.owner_id


def can_manage_recurring_job(person: Person, recurring: RecurringJob) -> bool:
    """Its owner, and nobody else."""
    return can_use_jobs(person) and person.pk == recurring.owner_id


def can_manage_queues(person: Person) -> bool:
    """Admins: they pause queues, and set limits that hold for everybody."""
    return can_use_jobs(person) and person.role == User.Role.ADMIN


def can_manage_limit(person: Person, limit: JobLimit) -> bool:
    """Whose jobs it limits; of one that holds for everybody, admins."""
    if limit.is_for_everybody:
        return can_manage_queues(person)
    return can_use_jobs(person) and person.pk == limit.owner_id


def can_bid(person: Person, job: Job) -> bool:
    """Anybody but its owner, while it is open."""
    return can_use_jobs(person) and job.is_on_market and person.pk != job.owner_id


def can_change_bid(person: Person, bid: Bid) -> bool:
    return can_use_jobs(person) and person.pk == bid.bidder_id


def can_deliver(person: Person, job: Job) -> bool:
    """Whoever has it."""
    return can_use_jobs(person) and job.is_assigned and person.pk == job.assignee_id


def can_comment_on_job(person: Person, job: Job) -> bool:
    """Everybody who can see a job that is open to bids; then its owner and its assignee."""
    if not can_use_jobs(person) or not job.open_to_bids:
        return False
    if not job.is_on_market:
        return person.pk in {job.owner_id, job.assignee_id}
    return Job.objects.readable_by(person).filter(pk=job.pk).exists()


def can_delete_job_comment(person: Person, comment: JobComment) -> bool:
    """Whoever has written it, and the job's owner."""
    return can_use_jobs(person) and person.pk in {comment.author_id, comment.job.owner_id}
