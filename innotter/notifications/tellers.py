"""How notifications find their words: each app says what it can tell of, in its own `telling.py`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import translation

from innotter.accounts.models import User
from innotter.mail.services import asked_before_sending
from innotter.notifications.kinds import Kind
from innotter.notifications.models import Notification


@dataclass(frozen=True)
class Told:
    """What a person reads; `url` is a path of the site."""

    sentence: str
    url: str = ""
    quote: str = ""


#: Finds the words for notifications of its kinds, by their id, in a constant number of queries. What the viewer may not
#: see, or what is gone, it leaves out.
Teller = Callable[[User, Sequence[Notification]], Mapping[int, Told]]

#: What a person has done to somebody. Once they are blocked it is told no more, as it is shown nowhere else.
_DEEDS = {Kind.NEW_FOLLOWER, Kind.FOLLOW_REQUEST, Kind.LIKE, Kind.BID, Kind.JOB_COMMENT, Kind.TEAM_INVITATION}

_tellers: dict[str, Teller] = {}


def tells(*kinds: Kind) -> Callable[[Teller], Teller]:
    """Let the function find the words for notifications of these kinds."""

    def remember(teller: Teller) -> Teller:
        _tellers.update(dict.fromkeys(kinds, teller))
        return teller

    return remember


def told(viewer: User, notifications: Iterable[Notification]) -> dict[int, Told]:
    """The words for each notification, as the viewer may read them now; those without any are left out."""
    by_teller: dict[Teller, list[Notification]] = {}
    for notification in filter(_stands, notifications):
        by_teller.setdefault(_tellers[notification.kind], []).append(notification)
    return {pk: words for teller, group in by_teller.items() for pk, words in teller(viewer, group).items()}


def _stands(row: Notification) -> bool:
    """Whether whoever did it is not blocked, or others did the same."""
    return row.kind not in _DEEDS or row.count > 1 or row.actor is None or not row.actor.is_blocked


def words_for(row: Notification) -> Told | None:
    """What its reader is told of it, in their language; nothing of what they may not read."""
    row.pk = 0  # It has no number until it is written, and none at all when it is not for the app.
    with translation.override(row.recipient.language):
        words = told(row.recipient, [row]).get(0)
    row.pk = None
    return words


def is_reachable(person: User) -> bool:
    """Whether anything is told to somebody at all."""
    return person.is_in_good_standing


@asked_before_sending("notification")
def may_be_told(about: Mapping[str, Any]) -> bool:
    """Whether the reader of an e-mail may still read what it tells of."""
    reader = User.objects.filter(pk=about["reader"]).first()
    if reader is None or not is_reachable(reader):
        return False
    actor = User.objects.filter(pk=about["actor"]).first()
    row = Notification(recipient=reader, kind=about["kind"], subject_id=about["subject"], actor=actor, event_id=0)
    return words_for(row) is not None
