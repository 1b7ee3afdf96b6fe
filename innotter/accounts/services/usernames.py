"""Usernames that are free: people and pages share one namespace, so that @ada is one of them and not two."""

import re
import secrets
from collections.abc import Collection

from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import User
from innotter.accounts.models.user import LONGEST_USERNAME, RESERVED_USERNAMES
from innotter.accounts.registry import claimed_names
from innotter.errors import Invalid


def require_free(*, username: str, user: User) -> None:
    """Refuse a name that somebody else has, or a page of theirs; say which one is free."""
    if username in _taken([username], user):
        raise taken(username=username, user=user)


def taken(*, username: str, user: User) -> Invalid:
    """The refusal of a name that somebody else has."""
    free = free_username(user=user, like=username)
    return Invalid(username=_("This username is taken. “%(free)s” is free.") % {"free": free})


def free_username(*, user: User, like: str) -> str:
    """A username that is free for this person, from what is before the @ of an address, or from another name."""
    local = re.sub(r"[^a-z0-9._-]+", "", like.partition("@")[0].lower()).strip("._-")
    stem = local[: LONGEST_USERNAME - 8].strip("._-") or "person"
    choices = [stem, *(f"{stem}-{number}" for number in range(2, 10)), f"{stem}-{secrets.randbelow(10**7)}"]
    unfree = _taken(choices, user) | RESERVED_USERNAMES
    return next(choice for choice in choices if choice not in unfree)


def _taken(names: Collection[str], user: User) -> set[str]:
    """Those of these names that other people have, or pages of theirs."""
    # What an unproven account of this very address is called is free: that account gives way.
    people = User.objects.exclude(pk__in=User.objects.unproven().named(user.email)).exclude(pk=user.pk)
    capitals = {name.upper(): name for name in names}
    found = people.annotate(capitals=Upper("username")).filter(capitals__in=list(capitals))
    named = {capitals[name] for name in found.values_list("capitals", flat=True)}
    return named.union(*claimed_names.ask(names=names, user=user))
