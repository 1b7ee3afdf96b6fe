"""Numbers, days and times in addresses and forms.

`int()` and `Decimal()` take more than is meant, and choke on more: "1_000", "٣", "1e-400000", five thousand digits.
"""

from datetime import MAXYEAR, MINYEAR, date, datetime
from decimal import Decimal

import regex
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import number_format

#: What a column of ids holds.
LARGEST = 2**63 - 1

_whole = regex.compile(r"[0-9]{1,19}")
_decimal = regex.compile(r"[+-]?[0-9]{1,12}(?:\.[0-9]{1,12})?")


def whole_number(text: str) -> int | None:
    """Return the number that plain digits stand for; None for everything else, and beyond `LARGEST`."""
    number = int(text) if _whole.fullmatch(text) else None
    return None if number is None or number > LARGEST else number


def decimal_number(text: str) -> Decimal | None:
    """Return a number of at most twelve digits before and after the point, without an exponent; else None."""
    return Decimal(text) if _decimal.fullmatch(text) else None


def day(text: str) -> date | None:
    """Return a day such as 2026-11-21; None for everything else."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def moment(text: str) -> datetime | None:
    """Return an aware time such as 2026-11-21T08:00+01:00; without an offset, in the current time zone; else None.

    The first and the last year of the calendar are left out: elsewhere on earth they are no years any more.
    """
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    if found is None or not MINYEAR < found.year < MAXYEAR:
        return None
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def in_megabytes(size: int) -> str:
    """So many bytes for people's eyes, in megabytes of a million and the language of whoever reads: 10, or 0.5."""
    return number_format(f"{size / 1_000_000:.6f}".rstrip("0").rstrip("."))
