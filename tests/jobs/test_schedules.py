"""When something recurs: compared with a walk through every minute, and with another library."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from croniter import croniter
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from innotter.errors import Invalid
from innotter.jobs.schedules import MACROS, Schedule, read_expression

MINUTE = timedelta(minutes=1)
moment = datetime.fromisoformat
#: Moments at which clocks are changed: by an hour, by half an hour, at midnight, in the south, and never.
CHANGES = {
    "Europe/Berlin": ("2026-03-29T01:00", "2026-10-25T01:00"),
    "America/New_York": ("2027-03-14T07:00", "2027-11-07T06:00"),
    "Australia/Lord_Howe": ("2026-10-03T15:30", "2027-04-03T15:00"),
    "America/Santiago": ("2026-09-06T04:00", "2027-04-04T03:00"),
    "Africa/Cairo": ("2027-04-29T22:00", "2026-10-29T21:00"),
    "Asia/Tokyo": ("2027-01-01T00:00",),
}


class Cron(NamedTuple):
    """An expression, and what its fields mean."""

    expression: str
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    def names(self, wall: datetime) -> bool:
        """Whether it names this minute. One of the two fields for days is enough, unless one begins with a star."""
        fields = self.expression.split()
        days = (wall.day in self.days, wall.isoweekday() % 7 in self.weekdays)
        is_day = all(days) if fields[2].startswith("*") or fields[4].startswith("*") else any(days)
        return wall.minute in self.minutes and wall.hour in self.hours and wall.month in self.months and is_day


@st.composite
def fields(draw: Any, first: int, last: int, names: tuple[str, ...] = ()) -> tuple[str, frozenset[int]]:
    """A field and the numbers that it means: a star, steps, a list, a range, a number, a name."""
    shape = draw(st.sampled_from(["*", "*", "*/n", "a-b", "a-b/n", "a,b", "a", "a/n", *(["name"] if names else [])]))
    a, b = sorted((draw(st.integers(first, last)), draw(st.integers(first, last))))
    n = draw(st.integers(1, last))
    if shape == "name":
        return draw(st.sampled_from([names[a - first], names[a - first].lower()])), frozenset([a])
    text = shape.replace("a", str(a)).replace("b", str(b)).replace("n", str(n))
    meant = {
        "*": range(first, last + 1),
        "*/n": range(first, last + 1, n),
        "a-b": range(a, b + 1),
        "a-b/n": range(a, b + 1, n),
        "a,b": (a, b),
        "a": (a,),
        "a/n": range(a, last + 1, n),
    }
    return text, frozenset(meant[shape])


WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WHOLE = st.just(("*", frozenset(range(32))))


@st.composite
def crons(draw: Any, *, is_daily: bool = False) -> Cron:
    """A random expression; in every month and on every day, where it is about the clock alone."""
    minute, hour = draw(fields(0, 59)), draw(st.one_of(fields(0, 23), fields(0, 4)))
    if hour[0].endswith(("*", *(f"/{n}" for n in range(1, 24)))) and "-" not in hour[0]:
        # The steps of a smaller range would go on to its own end.
        hour = draw(fields(0, 23))
    day = draw(WHOLE if is_daily else fields(1, 31))
    month = draw(WHOLE if is_daily else fields(1, 12, MONTHS))
    weekday = draw(WHOLE if is_daily else fields(0, 6, WEEKDAYS))
    if (steps := re.fullmatch(r"(\d)/(\d+)", weekday[0])) and 7 in range(int(steps[1]), 8, int(steps[2])):
        # Steps go on to 7, which is Sunday once more; croniter stops before (`findings/`).
        weekday = draw(st.just((f"{weekday[0].split('/')[0]}", frozenset([int(steps[1])]))))
    parts = (minute, hour, day, month, weekday)
    return Cron(" ".join(text for text, _ in parts), *(meant for _, meant in parts))


def daily(expression: str, minutes: Iterable[int], hours: Iterable[int]) -> Cron:
    return Cron(expression, *map(frozenset, (minutes, hours, range(32), range(13), range(7))))


def walked(cron: Cron, zone: ZoneInfo, start: datetime, end: datetime) -> list[datetime]:
    """The times by the rule, found by a walk: each moment of the world, and each minute that a clock could show."""
    moments = [start + MINUTE * number for number in range(int((end - start) / MINUTE))]
    walls = [moment.astimezone(zone).replace(tzinfo=None) for moment in moments]
    if len(cron.hours) >= 24:
        return [moment for moment, wall in zip(moments, walls, strict=True) if cron.names(wall)]
    shown: dict[datetime, datetime] = {}
    for moment, wall in zip(moments, walls, strict=True):
        shown.setdefault(wall, moment)
    times, wall = set(), walls[0]
    while wall <= max(walls):
        if cron.names(wall):
            # One that is never shown: the first moment at which the clock is past it.
            times.add(shown.get(wall) or next(m for m, w in zip(moments, walls, strict=True) if w > wall))
        wall += MINUTE
    return sorted(times)


@settings(max_examples=150, deadline=None)
@given(cron=crons(is_daily=True), place=st.sampled_from([(z, n) for z in CHANGES for n in range(len(CHANGES[z]))]))
@example(Cron("30 2 * * *", *map(frozenset, ([30], [2], range(32), range(13), range(7)))), ("Europe/Berlin", 0))
@example(
    Cron("15 * * * *", *map(frozenset, ([15], range(24), range(32), range(13), range(7)))), ("Australia/Lord_Howe", 1)
)
def test_where_clocks_are_changed_times_are_those_of_the_rule(cron, place):
    zone, change = ZoneInfo(place[0]), moment(CHANGES[place[0]][place[1]]).replace(tzinfo=UTC)
    start, end = change - timedelta(hours=9), change + timedelta(hours=9)
    schedule = Schedule(cron.expression, zone)
    found = schedule.next_times(start - MINUTE, count=18 * 60 + 1)
    assert [time for time in found if time < end] == walked(cron, zone, start, end)


@settings(max_examples=300, deadline=None)
@given(cron=crons(), start=st.datetimes(moment("2024-01-01"), moment("2032-01-01")))
def test_where_no_clock_is_changed_times_are_those_of_croniter(cron, start):
    """But for ranges of one: croniter takes 1-1 for all (`findings/`)."""
    assume(not re.search(r"\b(\d+)-\1\b", cron.expression))
    try:
        read_expression(cron.expression)
    except Invalid:
        return
    theirs = croniter(cron.expression, start, implement_cron_bug=True)
    expected = [theirs.get_next(datetime).replace(tzinfo=UTC) for _ in range(5)]
    assert Schedule(cron.expression, ZoneInfo("UTC")).next_times(start.replace(tzinfo=UTC)) == expected


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("expression", "day", "times"),
    [
        # Forward: from 2:00 to 3:00.
        ("30 2 * * *", date(2026, 3, 29), ["03:00 CEST"]),
        ("0,30 2 * * *", date(2026, 3, 29), ["03:00 CEST"]),
        ("*/30 2 * * *", date(2026, 3, 29), ["03:00 CEST"]),
        ("0 2,3 * * *", date(2026, 3, 29), ["03:00 CEST"]),
        ("*/30 1-3 * * *", date(2026, 3, 29), ["01:00 CET", "01:30 CET", "03:00 CEST", "03:30 CEST"]),
        # Back: from 3:00 to 2:00.
        ("30 2 * * *", date(2026, 10, 25), ["02:30 CEST"]),
        ("0 2,3 * * *", date(2026, 10, 25), ["02:00 CEST", "03:00 CET"]),
        ("*/30 2 * * *", date(2026, 10, 25), ["02:00 CEST", "02:30 CEST"]),
    ],
)
def test_a_time_that_is_left_out_or_comes_twice_counts_once(expression, day, times):
    assert shown(expression, day) == times


def shown(expression: str, day: date) -> list[str]:
    """The times of a day in Berlin, with what the clock is called then."""
    start = datetime(day.year, day.month, day.day, tzinfo=BERLIN).astimezone(UTC)
    found = Schedule(expression, BERLIN).next_times(start - MINUTE, until=day, count=200)
    return [time.astimezone(BERLIN).strftime("%H:%M %Z") for time in found]


def test_every_quarter_of_an_hour_is_every_real_one():
    assert len(shown("*/15 * * * *", date(2026, 3, 29))) == 23 * 4
    assert len(shown("*/15 * * * *", date(2026, 10, 25))) == 25 * 4
    assert len(shown("*/15 * * * *", date(2026, 7, 1))) == 24 * 4


def test_nothing_comes_after_the_last_day():
    start = datetime(2026, 1, 1, 12, tzinfo=UTC)
    schedule = Schedule("0 9 * * *", BERLIN)
    assert [time.day for time in schedule.next_times(start, until=date(2026, 1, 3))] == [2, 3]
    assert schedule.after(start, until=date(2026, 1, 1)) is None


@pytest.mark.parametrize("macro", ["@hourly", "@daily", "@weekly", "@monthly", "@yearly"])
def test_a_macro_is_short_for_an_expression(macro):
    start = datetime(2026, 5, 5, tzinfo=UTC)
    assert read_expression(macro.upper()) == macro
    assert Schedule(macro, BERLIN).next_times(start) == Schedule(MACROS[macro], BERLIN).next_times(start)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("60 * * * *", "The first field, the minute"),
        ("* 24 * * *", "The second field, the hour"),
        ("* * 0 * *", "The third field, the day of the month"),
        ("* * * FOO *", "The fourth field, the month"),
        ("* * * * 8", "The fifth field, the day of the week"),
        ("* * * * FRI-SUN", "The fifth field, the day of the week"),
        ("*/0 * * * *", "The first field, the minute"),
        ("1,,2 * * * *", "The first field, the minute"),
        ("* * * *", "This has 4"),
        ("0 * * * * *", "This has 6"),
        ("", "This has 0"),
        ("@reboot", "one of @hourly"),
        ("0 0 30 2 *", "never comes"),
        ("0 0 31 4,6 *", "never comes"),
        ("1," * 60 + "1 * * * *", "too long"),
    ],
)
def test_what_is_wrong_is_said_field_by_field(expression, words):
    with pytest.raises(Invalid) as refusal:
        read_expression(expression)
    assert words in refusal.value.errors["expression"][0]


@given(st.text(max_size=40) | st.from_regex(r"[0-9*/,\-LW# a-zA-Z]{1,30}", fullmatch=True))
def test_whatever_is_written_is_read_or_refused(text):
    try:
        expression = read_expression(text)
    except Invalid:
        return
    assert read_expression(expression) == expression
    assert Schedule(expression, BERLIN).after(datetime(2026, 1, 1, tzinfo=UTC))


def test_spaces_do_not_matter():
    assert read_expression("  0   9  *\t*  MON-FRI ") == "0 9 * * MON-FRI"
