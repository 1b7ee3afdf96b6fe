"""A task that somebody else is to do: offered as a job that is open to bids."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import User
from innotter.errors import Conflict
from innotter.jobs.models import Job
from innotter.jobs.models.job import LONGEST_DESCRIPTION, LONGEST_NAME
from innotter.jobs.services import open_job
from innotter.tasks.models import Task
from innotter.tasks.permissions import is_offered
from innotter.tasks.services.changing import change
from innotter.tasks.services.holding import hold_to_change


def _beginning(text: str, most: int) -> str:
    """Of what is longer than a job may say, as much as fits; whoever reads it sees that there is more."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


@transaction.atomic
def offer_as_job(
    *, person: User, task: Task, deadline: datetime, budget: Decimal | None = None, currency: str = ""
) -> Job:
    """Open a job for a task, by whoever offers it: title and description are public from then on."""
    held = hold_to_change(person=person, task=task)
    if is_offered(held):
        raise Conflict(_("This task is offered already."))
    if held.is_finished:
        raise Conflict(_("This task is finished."))
    job = open_job(
        owner=person,
        name=_beginning(held.title, LONGEST_NAME),
        description=_beginning(held.description, LONGEST_DESCRIPTION),
        deadline=deadline,
        budget=budget,
        currency=currency,
    )
    change(task=held, actor=person, changes={"job": job})
    return job
