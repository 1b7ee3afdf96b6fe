"""Who may do what to jobs. Who may see them is said by their queryset."""

from innotter.accounts.models import User
from innotter.accounts.permissions import Person
from innotter.jobs.models import Bid, Job


def can_use_jobs(person: Person) -> bool:
    """Whoever has proved an e-mail address, and is not blocked."""
    return isinstance(person, User) and person.is_active and person.is_email_verified


def can_manage_job(person: Person, job: Job) -> bool:
    """Its owner, and nobody else."""
    return can_use_jobs(person) and person.pk == job.owner_id


def can_bid(person: Person, job: Job) -> bool:
    """Anybody but its owner, while it is open."""
    return can_use_jobs(person) and job.is_on_market and person.pk != job.owner_id


def can_change_bid(person: Person, bid: Bid) -> bool:
    return can_use_jobs(person) and person.pk == bid.bidder_id


def can_deliver(person: Person, job: Job) -> bool:
    """Whoever has it."""
    return can_use_jobs(person) and job.is_assigned and person.pk == job.assignee_id


def can_comment_on_job(person: Person, job: Job) -> bool:
    """Everybody who can see a job that people do."""
    return can_use_jobs(person) and job.open_to_bids and Job.objects.readable_by(person).filter(pk=job.pk).exists()  # type: ignore[arg-type]
