"""What an event is, and how an app says that it wants to hear of one."""

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

_classes: dict[str, type[DomainEvent]] = {}
_subscribers: dict[str, dict[str, Subscriber]] = defaultdict(dict)


def event_class(type_: str) -> type[DomainEvent]:
    """The class of a recorded type."""
    if type_ not in _classes:
        _classes.update({cls.type: cls for cls in DomainEvent.__subclasses__()})
    return _classes[type_]


def public_types() -> list[str]:
    """The types that other programs hear of."""
    return [cls.type for cls in DomainEvent.__subclasses__() if cls.is_public]


def subscribe(event: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Call the function for every event of this type: after the commit, in the background, at least once."""

    def remember(function: Callable[[E], None]) -> Callable[[E], None]:
        _subscribers[event.type][f"{function.__module__}.{function.__name__}"] = function
        return function

    return remember


def subscribers_of(type_: str) -> dict[str, Subscriber]:
    """Who hears of this type, by the name that their deliveries carry."""
    return _subscribers[type_]
