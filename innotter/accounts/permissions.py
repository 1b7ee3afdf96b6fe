"""Who may do what to people."""

from typing import TypeGuard

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from innotter.accounts.models import User

Person = User | AbstractBaseUser | AnonymousUser


def is_in_good_standing(person: Person) -> TypeGuard[User]:
    """Whether somebody has an account that is not blocked, and has proved their address."""
    return isinstance(person, User) and person.is_in_good_standing


def can_use_admin_panel(person: Person) -> bool:
    return isinstance(person, User) and person.is_active and person.role == User.Role.ADMIN


def can_block_user(person: Person, user: User) -> bool:
    """Admins may block anybody but themselves."""
    return isinstance(person, User) and person.role == User.Role.ADMIN and person != user
