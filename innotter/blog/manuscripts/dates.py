"""Dates as programs that make sites write them.

A list of spellings and not a guess (python-dateutil reads "May" as today's day in May, and 05/06/2014 in one of two
ways): a date that is read wrongly makes public what should wait, and nobody is told.
"""

import re
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

#: What comes before is a program's way of saying "no date" (Go writes the year 1), and no calendar of ours.
FIRST_YEAR = 1000

_NAMES = "january february march april may june july august september october november december"
_MONTHS = {name: number for number, long in enumerate(_NAMES.split(), start=1) for name in (long, long[:3])}
_MONTHS["sept"] = 9
#: RFC 2822 knows these; other abbreviations mean different zones to different people.
_ZONES = {"z": 0, "utc": 0, "gmt": 0, "ut": 0, "edt": -4, "est": -5, "cdt": -5, "cst": -6, "mdt": -6, "mst": -7}
_ZONES |= {"pdt": -7, "pst": -8}

_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
_MONTH = r"(?P<month>[a-z]{3,9})\.?"
_DAYS = [
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (
        r"(?P<year>\d{4})(?P<between>[-/.])(?P<month>\d{1,2})(?P=between)(?P<day>\d{1,2})",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
        # With dots the day comes first wherever they are used; with slashes it depends on the country.
        r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})",
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.?[\s-]+(?:of\s+)?{_MONTH},?[\s-]+(?P<year>\d{{4}})",
        rf"{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})",
        rf"(?P<year>\d{{4}})[\s-]+{_MONTH}[\s-]+(?P<day>\d{{1,2}})",
    )
]
_TIME = re.compile(
    r"(?:t|,?\s+at\s+|,?\s+|)"
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>.*)",
    re.IGNORECASE | re.ASCII,
)
_OFFSET = re.compile(
    r"(?:utc|gmt)?(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?(?:\s+[a-z]{3,5}|\s*\([^()]*\))?",
    re.IGNORECASE | re.ASCII,
)
_COMPACT_TIME = re.compile(r"t?(\d{2})(\d{2})(\d{2})?", re.IGNORECASE | re.ASCII)


class NoDate(ValueError):
    """What stands for a date, and cannot be read as one."""


def moment_of(value: object, now: datetime) -> datetime:
    """The moment that is meant, in the time zone of `now` where none is said, and as it is told there.

    A day alone is its noon, or now if that is to come today.
    """
    if isinstance(value, datetime):
        return _whole(value.date(), value.timetz(), now)
    if isinstance(value, date):
        return _whole(value, None, now)
    text = " ".join(str(value).split())
    for pattern in _DAYS:
        if found := pattern.match(text):
            return _whole(_day(found), _time(text[found.end() :]), now)
    raise NoDate


def _whole(day: date, at: time | None, now: datetime) -> datetime:
    if day.year < FIRST_YEAR:
        raise NoDate
    try:
        if at is None:
            noon = datetime.combine(day, time(12), now.tzinfo)
            return now if day == now.date() and noon > now else noon
        return datetime.combine(day, at, at.tzinfo or now.tzinfo).astimezone(now.tzinfo)
    except OverflowError:
        raise NoDate from None


def _day(found: re.Match[str]) -> date:
    month = found["month"].lower()
    number = int(month) if month.isdigit() else _MONTHS.get(month, 0)
    try:
        return date(int(found["year"]), number, int(found["day"]))
    except ValueError:
        raise NoDate from None


def _time(text: str) -> time | None:
    """The time of day behind a date; None where nothing is."""
    if not text.strip():
        return None
    if compact := _COMPACT_TIME.fullmatch(text):
        hour, minute, second = (int(part or 0) for part in compact.groups())
        return _checked_time(hour, minute, second, 0, None)
    if not (found := _TIME.fullmatch(text)) or not (found["minute"] or found["half"]):
        raise NoDate
    hour = int(found["hour"])
    if half := found["half"]:
        if not 1 <= hour <= 12:
            raise NoDate
        hour = hour % 12 + (12 if half.lower().startswith("p") else 0)
    fraction = int((found["fraction"] or "0")[:6].ljust(6, "0"))
    return _checked_time(hour, int(found["minute"] or 0), int(found["second"] or 0), fraction, _zone(found["zone"]))


def _checked_time(hour: int, minute: int, second: int, fraction: int, zone: tzinfo | None) -> time:
    try:
        return time(hour, minute, second, fraction, zone)
    except ValueError:
        raise NoDate from None


def _zone(text: str) -> tzinfo | None:
    text = text.strip()
    text = text[1:-1] if text[:1] + text[-1:] in {"[]", "()"} else text
    if not text:
        return None
    if (hours := _ZONES.get(text.lower())) is not None:
        return timezone(timedelta(hours=hours))
    if found := _OFFSET.fullmatch(text):
        offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
        if offset < timedelta(hours=24):
            return timezone(-offset if found["sign"] == "-" else offset)
    if re.fullmatch(r"[A-Za-z_]+/[A-Za-z_/+-]+", text):
        try:
            return ZoneInfo(text)
        except (ValueError, OSError, LookupError):
            raise NoDate from None
    raise NoDate
