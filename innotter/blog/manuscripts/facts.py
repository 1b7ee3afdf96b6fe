"""What front matter says: names and values, cleaned, each name once."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from innotter.text.cleaning import one_line, without_unwritable

#: Front matter has a few dozen; YAML can make millions of a few lines that refer to each other.
_MOST_VALUES = 10_000


class Unreadable(ValueError):
    """Front matter that cannot be read: its text must not be taken for the article's. The message says why."""


class Facts(dict[str, Any]):
    """Values by plain names (`Publish-Date` is `publishdate`)."""

    def __init__(self, values: Mapping[str, Any] | None = None) -> None:
        super().__init__(values or {})
        #: What is said one level down, by both names: `build.render`.
        self.below: dict[str, Any] = {}
        #: Each name as it is written, by its plain one.
        self.spelled: dict[str, str] = {name: name for name in self}

    def said(self, names: Iterable[str], is_told_in: Callable[[str], bool]) -> Iterator[tuple[str, Any]]:
        """The values of these names, those on top first, then those below a name that tells of the text itself."""
        for name in names:
            if name in self:
                yield name, self[name]
        wanted = set(names)
        for path, value in self.below.items():
            parent, _dot, name = path.rpartition(".")
            if name in wanted and is_told_in(parent):
                yield name, value


def facts_of(found: Mapping[Any, Any]) -> Facts:
    """What was read, by plain names; refuses one that stands there twice, since one of the two would not count."""
    values = _cleaned(found, iter(range(_MOST_VALUES)))
    facts = Facts()
    for name, value in values.items():
        _note(facts, facts, (name,), value)
        for under, one in value.items() if isinstance(value, Mapping) else ():
            _note(facts, facts.below, (name, under), one)
    return facts


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


def _note(facts: Facts, into: dict[str, Any], path: tuple[Any, ...], value: Any) -> None:
    names = [one_line(str(name)) for name in path]
    plain = ".".join(map(plain_name, names))
    if plain in into:
        raise Unreadable(f"its front matter says {facts.spelled[plain][:60]} twice: as {'.'.join(names)[:60]}, too")
    into[plain] = value
    facts.spelled.setdefault(plain, ".".join(names))


def _cleaned(value: Any, room: Iterator[int]) -> Any:
    """A value as it can be kept and shown: its texts without halves of characters, its numbers as they are written."""
    if next(room, None) is None:
        raise Unreadable(f"its front matter has more than {_MOST_VALUES} values")
    if isinstance(value, str):
        return without_unwritable(value)
    if isinstance(value, Mapping):
        return {_cleaned(name, room): _cleaned(one, room) for name, one in value.items()}
    if isinstance(value, list | tuple | set):
        return [_cleaned(one, room) for one in value]
    return _digits(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _digits(number: int) -> str:
    try:
        return str(number)
    except ValueError:
        raise Unreadable("its front matter holds a number that is too long") from None
