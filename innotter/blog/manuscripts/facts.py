"""What front matter says: names and values, cleaned, each name once."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from innotter.text.cleaning import one_line, without_unwritable

#: Front matter has a few dozen; YAML can make millions of a few lines that refer to each other.
_MOST_VALUES = 10_000


class Unreadable(ValueError):
    """Front matter that cannot be read: its text must not be taken for the article's. The message says why."""


@dataclass(frozen=True)
class Fact:
    """A name with its value, and the plain names that it stands below, the topmost first."""

    above: tuple[str, ...]
    name: str
    #: The whole path as it is written: `build.Render`.
    spelled: str
    value: Any

    @property
    def path(self) -> str:
        return ".".join((*self.above, self.name))


class Facts(dict[str, Any]):
    """The values on top, by plain names (`Publish-Date` is `publishdate`), and all facts, however deep they stand."""

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self.all = list(facts)
        super().__init__({fact.name: fact.value for fact in self.all if not fact.above})

    def said(self, names: Iterable[str], is_told_in: Callable[[tuple[str, ...]], bool]) -> Iterator[tuple[str, Any]]:
        """The values of these names, those on top first, then those below names that tell of the text itself."""
        for name in names:
            if name in self:
                yield name, self[name]
        wanted = set(names)
        for fact in self.all:
            if fact.above and fact.name in wanted and is_told_in(fact.above):
                yield fact.name, fact.value

    def at(self, path: str) -> Any:
        """The value of a path from the top, `build.render`; None where there is none."""
        return next((fact.value for fact in self.all if fact.path == path), None)


def facts_of(found: Mapping[Any, Any]) -> Facts:
    """What was read, by plain names; refuses one that stands there twice, since one of the two would not count."""
    return Facts(_facts_in(_cleaned(found, iter(range(_MOST_VALUES))), (), ()))


def fact(name: str, value: Any) -> Facts:
    """A single fact that stands elsewhere: in the name of a file."""
    return Facts([Fact((), name, name, value)])


def plain_name(name: str) -> str:
    """A name without what makes no other name of it: capitals, blanks, dashes, marks that nobody sees, wide letters."""
    name = unicodedata.normalize("NFKC", name)
    return re.sub(r"[\s_\-\u00ad\u200b-\u200f\u2060\ufeff]+", "", name).lower()


def require_once(names: Iterable[Any]) -> None:
    """Refuse names of which one stands there twice: readers take the last, and a draft would be none."""
    seen: set[str] = set()
    for name in map(str, names):
        if name in seen:
            raise Unreadable(f"its front matter says {name[:60]} twice")
        seen.add(name)


def _facts_in(values: Any, above: tuple[str, ...], spelled: tuple[str, ...]) -> Iterator[Fact]:
    """The facts of a mapping, and of whatever lies in its values: lists tell of what they stand below."""
    if isinstance(values, list):
        for one in values:
            yield from _facts_in(one, above, spelled)
    elif isinstance(values, Mapping):
        seen: dict[str, str] = {}
        for key, value in values.items():
            name = one_line(str(key))
            written = ".".join((*spelled, name))
            if first := seen.get(plain_name(name)):
                raise Unreadable(f"its front matter says {first[:60]} twice: as {written[:60]}, too")
            seen[plain_name(name)] = written
            yield Fact(above, plain_name(name), written, value)
            yield from _facts_in(value, (*above, plain_name(name)), (*spelled, name))


def _cleaned(value: Any, room: Iterator[int]) -> Any:
    """A value as it can be kept and shown: texts without lone surrogates, numbers as they are written."""
    if next(room, None) is None:
        raise Unreadable(f"its front matter has more than {_MOST_VALUES} values")
    if isinstance(value, str):
        return without_unwritable(value)
    if isinstance(value, Mapping):
        return _cleaned_mapping(value, room)
    if isinstance(value, list | tuple | set):
        return [_cleaned(one, room) for one in value]
    return _digits(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _cleaned_mapping(values: Mapping[Any, Any], room: Iterator[int]) -> dict[Any, Any]:
    cleaned = [(_cleaned(name, room), _cleaned(one, room)) for name, one in values.items()]
    require_once(name for name, _value in cleaned)
    return dict(cleaned)


def _digits(number: int) -> str:
    try:
        return str(number)
    except ValueError:
        raise Unreadable("its front matter holds a number that is too long") from None
