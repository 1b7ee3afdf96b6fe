"""What is refused before a job is written: a time that has passed, a kind of work that there is not."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.errors import Invalid
from innotter.jobs.registry import Handler, handler_named

#: Who plans further ahead has mistyped the year.
FURTHEST = timedelta(days=3653)


def check_is_to_come(time: datetime, field: str) -> datetime:
    """Refuse a time that has passed, or that nobody will see."""
    now = timezone.now()
    if time < now:
        raise Invalid(**{field: _("This time has passed. Choose a later one.")})
    if time > now + FURTHEST:
        raise Invalid(**{field: _("This is more than ten years ahead.")})
    return time


def check_handler(name: str) -> Handler:
    """The kind of work with this name; refuses what is not known."""
    if (found := handler_named(name)) is None:
        raise Invalid(handler=_("There is no such kind of job."))
    return found
