"""What an event is, and how an app says that it wants to hear of one."""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, TypeVar


@dataclass(frozen=True, kw_only=True)
class DomainEvent:
    """A fact in the past tense: ids, states, times and numbers; no personal text, no secrets."""

    type: ClassVar[str]
    #: The field that names the thing the event is about; the events of one thing keep their order.
    about: ClassVar[str]
    #: Whether other programs hear of it: not where it is only a step of our own work.
    is_public: ClassVar[bool] = True

    #: Which event this is, once recorded. A subscriber that may run twice recognises it by this.
    event_id: int = 0

    @property
    def subject(self) -> str:
        """The thing it is about, as in `page/7`."""
        return f"{self.about.removesuffix('_id')}/{getattr(self, self.about)}"

    @property
    def data(self) -> dict[str, Any]:
        """What is written down of it."""
        return {name: value for name, value in asdict(self).items() if name != "event_id"}


E = TypeVar("E", bound=DomainEvent)
Subscriber = Callable[[Any], None]

#: Until there were names, a delivery carried the place of its function: `innotter.mail.subscribers.send_it`.
_BY_PLACE = re.compile(r"innotter\.(\w+)\.subscribers(?:\.\w+)?\.(\w+)")
#: Names that had to change, each with the one of today: rows under the old one may be on their way.
FORMERLY: dict[str, str] = {}

_classes: dict[str, type[DomainEvent]] = {}
_subscribers: dict[str, dict[str, Subscriber]] = defaultdict(dict)
_tellers: set[tuple[str, str]] = set()
_wishes: dict[tuple[str, str], Callable[[], bool]] = {}


def event_class(type_: str) -> type[DomainEvent]:
    """The class of a recorded type."""
    if type_ not in _classes:
        _classes.update({cls.type: cls for cls in DomainEvent.__subclasses__()})
    return _classes[type_]


def public_types() -> list[str]:
    """The types that other programs hear of."""
    return [cls.type for cls in DomainEvent.__subclasses__() if cls.is_public]


def subscribe(
    event: type[E], *, name: str = "", tells: bool = False, is_wanted: Callable[[], bool] | None = None
) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Call the function for every event of this type: after the commit, in the background, at least once.

    Deliveries that are on their way carry the name, also through an upgrade: the function may be renamed and moved, its
    name stays. One that `tells` people hears only what is recorded for people.
    `is_wanted` is asked when an event is recorded: where it says no, there is no delivery.
    """

    def remember(function: Callable[[E], None]) -> Callable[[E], None]:
        key = name or f"{function.__module__}.{function.__name__}"
        _subscribers[event.type][key] = function
        if tells:
            _tellers.add((event.type, key))
        if is_wanted:
            _wishes[(event.type, key)] = is_wanted
        return function

    return remember


def subscribers_of(type_: str) -> dict[str, Subscriber]:
    """Who hears of this type, by the name that their deliveries carry."""
    return _subscribers[type_]


def hears(type_: str, name: str, *, for_people: bool) -> bool:
    """Whether this subscriber hears of an event that is recorded now, for people to be told of or not."""
    if (type_, name) in _tellers and not for_people:
        return False
    is_wanted = _wishes.get((type_, name))
    return is_wanted is None or is_wanted()


def subscriber_named(type_: str, name: str) -> Subscriber:
    """Whom a delivery is for, under the name of today or one that rows of earlier versions carry."""
    by_place = _BY_PLACE.fullmatch(name)
    today = FORMERLY.get(name) or (f"{by_place[1]}.{by_place[2]}" if by_place else name)
    found = _subscribers[type_]
    return found[name if name in found else today]
