"""Who may say what the site is like."""

from innotter.accounts.models import User
from innotter.accounts.permissions import Person


def can_run_site(person: Person) -> bool:
    """Admins."""
    return isinstance(person, User) and person.role == User.Role.ADMIN and not person.is_blocked
