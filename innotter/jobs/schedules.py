"""When something recurs: cron expressions, read in a time zone.

`cronsim` knows the calendar: which minutes of wall clocks an expression names. This module knows the clocks: which
moment such a minute is where they are set forward and back.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from cronsim import CronSim, CronSimError
from django.utils.translation import gettext_lazy as _

from innotter.errors import Invalid, Text

LONGEST_EXPRESSION = 100
#: How many of the next times are shown.
SHOWN = 5

MACROS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}

#: What is wrong with a field, in the order in which an expression has them.
FIELDS: list[Text] = [
    _("The first field, the minute, is wrong: write 0 to 59, as in 5, 0,30, 10-20 or */15."),
    _("The second field, the hour, is wrong: write 0 to 23, as in 9, 8,20, 9-17 or */2."),
    _("The third field, the day of the month, is wrong: write 1 to 31, as in 1, 1,15, 1-7 or */2, or L for the last."),
    _("The fourth field, the month, is wrong: write 1 to 12 or JAN to DEC, as in 3, JAN,JUL or */3."),
    _("The fifth field, the day of the week, is wrong: write 0 or SUN to 6 or SAT, as in 1, MON-FRI or */2."),
]
#: A range of one with steps: cronsim takes 5-5/2 for 5/2, which goes on to the end.
_RANGE_OF_ONE = re.compile(r"\b(\w+)-\1/\d+")
_ANY_DAY = datetime.fromisoformat("2000-01-01T00:00")
_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)


@dataclass(frozen=True)
class Schedule:
    """What recurs when: at the wall clock of a zone.

    A time that the clocks leave out is right after the gap, once; of one that they show twice, the first counts. Where
    the hour may be any, nothing is left out or merged: those are the real minutes in which the clock shows so.
    """

    expression: str
    zone: tzinfo

    def after(self, moment: datetime, *, until: date | None = None) -> datetime | None:
        """Return the first time after a moment, in UTC: None if there is none on the day `until` or before."""
        found = self._real_after(moment) if _is_every_hour(self.expression) else self._shown_after(moment)
        return found if found and (until is None or self._wall(found).date() <= until) else None

    def next_times(self, moment: datetime, *, until: date | None = None, count: int = SHOWN) -> list[datetime]:
        """Return the first times after a moment, in UTC; none of an expression that this version cannot read."""
        times: list[datetime] = []
        with suppress(CronSimError):
            while len(times) < count and (found := self.after(times[-1] if times else moment, until=until)):
                times.append(found)
        return times

    def _shown_after(self, moment: datetime) -> datetime | None:
        """The next minute that the clock may show, for the first time."""
        times = (self._first_shown(wall) for wall in _walls(self.expression, self._wall(moment)))
        return next((found for found in times if found > moment), None)

    def _first_shown(self, wall: datetime) -> datetime:
        found = wall.replace(tzinfo=self.zone).astimezone(UTC)
        if self._wall(found) == wall:
            return found
        # Left out. The offset before the gap was taken, so the end of the gap is not after `found`.
        return self._change(found - _DAY, found) or found

    def _real_after(self, moment: datetime) -> datetime | None:
        """The next minute in which the clock shows what it may, whether it has shown that before or not."""
        wall: datetime | None = self._wall(moment)
        while wall and (wall := next(_walls(self.expression, wall), None)):
            found = wall.replace(tzinfo=UTC) - self._offset(moment)
            change = self._change(moment, found)
            if change is None:
                return found
            # At the very moment of the change, and after it, the clock shows something else.
            moment, wall = change, self._wall(change) - _SECOND
        return None

    def _change(self, start: datetime, end: datetime) -> datetime | None:
        """The first moment after a start, and not after an end, from which the clock differs by another offset.

        It is looked for day by day: no zone changes its clocks twice within one.
        """
        start, offset = start.replace(microsecond=0), self._offset(start)
        while start < end:
            later = min(start + _DAY, end)
            if self._offset(later) != offset:
                while later - start > _SECOND:
                    middle = start + (later - start) // (2 * _SECOND) * _SECOND
                    start, later = (middle, later) if self._offset(middle) == offset else (start, middle)
                return later
            start = later
        return None

    def _wall(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone).replace(tzinfo=None)

    def _offset(self, moment: datetime) -> timedelta:
        return moment.astimezone(self.zone).utcoffset() or timedelta()


def read_expression(text: str) -> str:
    """Return an expression as it is kept; refuses one that is wrong, and says where."""
    expression = " ".join(text.split())
    if expression.startswith("@"):
        if expression.lower() not in MACROS:
            raise _refusal(_("Write five fields, or one of %(macros)s.") % {"macros": ", ".join(MACROS)})
        return expression.lower()
    if len(expression) > LONGEST_EXPRESSION:
        raise _refusal(_("This is too long: at most %(most)d characters.") % {"most": LONGEST_EXPRESSION})
    fields = expression.split()
    if len(fields) != len(FIELDS):
        raise _refusal(
            _("Write five fields: minute, hour, day of the month, month, day of the week. This has %(count)d.")
            % {"count": len(fields)}
        )
    for number, words in enumerate(FIELDS):
        if not _is_read(" ".join(fields[number] if place == number else "*" for place in range(len(FIELDS)))):
            raise _refusal(words)
    if not _is_read(expression) or next(_walls(expression, _ANY_DAY), None) is None:
        raise _refusal(_("This time never comes: no month that is named has such a day."))
    return expression


def _refusal(words: Text) -> Invalid:
    return Invalid(expression=words)


def _is_read(expression: str) -> bool:
    try:
        _walls(expression, _ANY_DAY)
    except CronSimError:
        return False
    return True


def _walls(expression: str, after: datetime) -> CronSim:
    """The minutes of a clock that is never set, after one of them."""
    return CronSim(_RANGE_OF_ONE.sub(r"\1", MACROS.get(expression, expression)), after)


def _is_every_hour(expression: str) -> bool:
    return len(_walls(expression, _ANY_DAY).hours) == 24
