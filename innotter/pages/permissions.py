"""Who may do what to pages. Who may see them is said by their queryset."""

from innotter.accounts.models import User
from innotter.accounts.permissions import Person
from innotter.pages.models import Page


def can_edit_page(person: Person, page: Page) -> bool:
    return person.pk is not None and person.pk == page.owner_id


def can_block_page(person: Person, page: Page) -> bool:
    """Moderators and admins."""
    return isinstance(person, User) and person.is_moderator


def can_follow_page(person: Person, page: Page) -> bool:
    """Anybody but its owner, who reads it anyway."""
    return isinstance(person, User) and person.pk != page.owner_id


def can_post_to(person: Person, page: Page) -> bool:
    """Its owner, while it is not blocked."""
    return can_edit_page(person, page) and not page.is_blocked
