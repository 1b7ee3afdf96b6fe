"""What the navigation says of notifications."""

from django import template

from innotter.accounts.models import User
from innotter.accounts.permissions import Person
from innotter.notifications.services import count_unread

register = template.Library()

#: Nobody counts further.
MOST = 99


@register.filter
def unread_notifications(person: Person) -> int:
    """How many, up to a hundred."""
    if not isinstance(person, User):
        return 0
    return count_unread(recipient=person, most=MOST + 1)
