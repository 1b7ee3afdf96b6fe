"""Who wants to be told of what, and where."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction

from innotter.accounts.models import User
from innotter.notifications.kinds import NOT_BY_EMAIL, Kind
from innotter.notifications.models import Preference


class Channels(NamedTuple):
    """Where a person is told."""

    in_app: bool
    by_email: bool


def _usual(kind: str) -> Channels:
    return Channels(in_app=True, by_email=kind not in NOT_BY_EMAIL)


def channels_of(*, people: Iterable[User], kind: str) -> dict[int, Channels]:
    """Where each of them is told of this kind, by their id."""
    people = list(people)
    chosen = {row.user_id: row for row in Preference.objects.filter(user__in=people, kind=kind)}
    return {
        person.pk: Channels(chosen[person.pk].in_app, chosen[person.pk].by_email)
        if person.pk in chosen
        else _usual(kind)
        for person in people
    }


def preferences_of(*, user: User) -> dict[str, Channels]:
    """A person's channels for every kind."""
    chosen = {row.kind: Channels(row.in_app, row.by_email) for row in user.notification_preferences.all()}
    return {kind: chosen.get(kind, _usual(kind)) for kind in Kind.values}


@transaction.atomic
def choose(*, user: User, kind: str, in_app: bool | None = None, by_email: bool | None = None) -> None:
    """Change where a person is told of a kind; what is not given stays."""
    wishes = {"in_app": in_app, "by_email": by_email}
    given = {channel: wish for channel, wish in wishes.items() if wish is not None}
    # Nothing else is written: somebody may unsubscribe by e-mail at the same moment.
    first = _usual(kind)._asdict() | given
    Preference.objects.update_or_create(user=user, kind=kind, defaults=given, create_defaults=first)
