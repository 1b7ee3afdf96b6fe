"""What stands in a cell of a table of tasks."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

_NAME = re.compile(r'\s*(?:"(?P<quoted>(?:[^"]|"")*)"\s*(?=[,;]|\Z)|(?P<plain>[^,;]*))(?:[,;]|\Z)')
_HOURS = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,9})?")
#: A thousand, or one with three decimals: nobody can tell.
_GROUPED = re.compile(r"[0-9]+,[0-9]{3}")


def joined(names: Iterable[str]) -> str:
    """Names in one cell; one that would not come back by itself stands in quotes."""
    return ", ".join('"' + name.replace('"', '""') + '"' if re.search(r'[,;"]', name) else name for name in names)


def names_in(cell: str) -> list[str]:
    """The names in a cell, separated by commas or semicolons, each once."""
    found = (
        match["plain"].strip() if match["quoted"] is None else match["quoted"].replace('""', '"')
        for match in _NAME.finditer(cell)
    )
    return list(dict.fromkeys(name for name in found if name))


def choice(text: str, choices: Mapping[str, tuple[Any, StrOrPromise]], otherwise: Any, errors: list[str]) -> Any:
    """By its name or by its word in the reader's language; the choices are values and words, by name."""
    if not text:
        return otherwise
    wanted = text.lower().replace(" ", "_")
    for name, (value, label) in choices.items():
        if wanted in {name, str(label).lower().replace(" ", "_")}:
            return value
    errors.append(_("“%(text)s” is not one of: %(known)s.") % {"text": text[:40], "known": ", ".join(choices)})
    return otherwise


def day(text: str, errors: list[str]) -> date | None:
    try:
        found = parse_date(text) if text else None
    except ValueError:
        found = None
    if text and found is None:
        errors.append(_("“%(text)s” is not a date such as 2026-11-21.") % {"text": text[:40]})
    return found


def hours(text: str, errors: list[str]) -> Decimal | None:
    if not text:
        return None
    if _HOURS.fullmatch(text) and not _GROUPED.fullmatch(text):
        return Decimal(text.replace(",", "."))
    errors.append(_("“%(text)s” is not a number.") % {"text": text[:40]})
    return None
