"""Times that are to come."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.errors import Invalid

#: Who plans further ahead has mistyped the year.
FURTHEST = timedelta(days=3653)


def check_is_to_come(time: datetime, field: str) -> datetime:
    """Refuse a time that has passed, or that nobody will see."""
    now = timezone.now()
    if time < now:
        raise Invalid(**{field: _("This time has passed. Choose one that is to come.")})
    if time > now + FURTHEST:
        raise Invalid(**{field: _("This is more than ten years ahead.")})
    return time
