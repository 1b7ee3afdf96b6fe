"""JSON of people: read only when it can be kept and given out again, and given out whatever is kept.

The three who handle it have three ideas of what there is: orjson reads 1,024 levels and writes 254, PostgreSQL keeps
numbers of any size and writes 1e30 with all its zeros, JSON's own rules allow U+0000 that `jsonb` does not.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from innotter.errors import Text

#: Deeper, and more in one text, than anybody means to.
MOST_DEPTH, MOST_PARTS = 50, 50_000
TOO_DEEP = _("This is nested too deeply: at most 50 levels.")
TOO_MANY = _("This holds too many values: at most 50,000.")
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1
#: Python writes no number of more digits than 4,300.
_READABLE = 10**4000
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")


class NotJSON(ValueError):
    """The text is not JSON, is nested too deeply or holds too much; the message says which."""


def read(text: bytes | str) -> Any:
    """Return the value of a JSON text; raises `NotJSON`."""
    try:
        value = orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeError) as error:
        raise NotJSON(_("This is not JSON: %(reason)s") % {"reason": error}) from None
    for number, (_part, depth) in enumerate(_parts_of(value)):
        if depth > MOST_DEPTH:
            raise NotJSON(TOO_DEEP)
        if number >= MOST_PARTS:
            raise NotJSON(TOO_MANY)
    return value


def problem_of(value: Any) -> Text | None:
    """Return why a value could not be kept and given out again, in a sentence; None for one that can."""
    for part, depth in _parts_of(value):
        if depth > MOST_DEPTH:
            return TOO_DEEP
        if isinstance(part, int | float) and not _is_writable(part):
            return _("This holds a number that is too large.")
        if isinstance(part, str) and not part.isprintable() and _UNWRITABLE.search(part):
            return _("This holds a character that cannot be kept: a null character, or half of one.")
    return None


def write(value: Any, *, option: int = 0, default: Callable[[Any], Any] | None = None) -> bytes:
    """Return the JSON of a value. What no JSON of ours can hold (rows from before it was refused) is cut away."""
    try:
        return orjson.dumps(value, default=default or _plain, option=option)
    except TypeError:
        return orjson.dumps(writable(value), default=default or _plain, option=option)


def writable(value: Any, depth: int = 0) -> Any:
    """Return a value without what is nested too deeply; numbers that are too large become texts.

    What no text can keep, a null character or half of one, becomes a character that says so.
    """
    if isinstance(value, Mapping):
        pairs = value.items() if depth < MOST_DEPTH else None
        return None if pairs is None else {writable(name): writable(part, depth + 1) for name, part in pairs}
    if isinstance(value, list | tuple):
        return [writable(part, depth + 1) for part in value] if depth < MOST_DEPTH else None
    if isinstance(value, int | float) and not _is_writable(value):
        return str(value) if -_READABLE < value < _READABLE else None
    return writable_text(value) if isinstance(value, str) else value


def writable_text(text: str) -> str:
    """Return a text with a character that says so for each that cannot be kept: a null character, or half of one."""
    return text if text.isprintable() else _UNWRITABLE.sub("\ufffd", text)


def _parts_of(value: Any) -> Iterator[tuple[Any, int]]:
    """Everything in a value, and how deep it lies; not by recursion, whose depth is limited."""
    waiting = [(value, 0)]
    while waiting:
        part, depth = waiting.pop()
        yield part, depth
        if depth > MOST_DEPTH:
            return
        if isinstance(part, Mapping):
            waiting += [(inner, depth + 1) for pair in part.items() for inner in pair]
        elif isinstance(part, list | tuple):
            waiting += [(inner, depth + 1) for inner in part]


def _is_writable(number: float) -> bool:
    return math.isfinite(number) and _SMALLEST <= number <= _LARGEST


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list):
        return list(value)
    if isinstance(value, str | Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
