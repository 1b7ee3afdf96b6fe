"""How notifications find their words: each app says what it can tell of, in its own `telling.py`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from innotter.accounts.models import User
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
    for notification in notifications:
        by_teller.setdefault(_tellers[notification.kind], []).append(notification)
    return {pk: words for teller, group in by_teller.items() for pk, words in teller(viewer, group).items()}
