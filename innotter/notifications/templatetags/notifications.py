"""What the navigation says of notifications."""

from django import template

from innotter.accounts.models import User
from innotter.accounts.permissions import Person
from innotter.notifications.services import count_unread

register = template.Library()

#: Nobody counts further.
MOST = 99
#: Where a person of a request keeps the number.
_KNOWN = "unread_notifications"


@register.filter
def unread_notifications(person: Person) -> int:
    """How many, up to a hundred. It is counted once for each request: what an answer is kept under is what it shows."""
    if not isinstance(person, User):
        return 0
    known = vars(person)
    if _KNOWN not in known:
        known[_KNOWN] = count_unread(recipient=person, most=MOST + 1)
    return int(known[_KNOWN])
