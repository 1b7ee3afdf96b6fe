"""Who may moderate."""

from innotter.accounts.models import User
from innotter.accounts.permissions import Person


def can_moderate(person: Person) -> bool:
    return isinstance(person, User) and person.is_moderator
