"""Jobs that are yet to be written, with what their owner wants of them beside others."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from innotter.jobs.models import Job, JobDependency


class IfExists(models.TextChoices):
    """What becomes of a job whose key another has."""

    REFUSE = "refuse", _("reject the new one")
    REPLACE = "replace", _("replace the waiting one")
    RETURN = "return", _("return the existing one")


@dataclass
class Draft:
    """A job that is yet to be written, and when it is wanted beside another with its key."""

    job: Job
    if_exists: IfExists = IfExists.REFUSE
    #: For how long after it was submitted the other counts though it has ended, in seconds.
    seconds: int = 0
    #: The jobs that it begins after, by their ids, and what becomes of it when one of them fails.
    after: Sequence[int] = ()
    if_fails: str = JobDependency.IfFails.CANCEL
    #: Its place among many that are submitted at once.
    number: int | None = None

    def field(self, name: str) -> str:
        """What one of its fields is called in an error."""
        return name if self.number is None else f"jobs.{self.number}.{name}"
