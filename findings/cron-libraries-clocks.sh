#!/usr/bin/env bash
# Guess: two libraries that are used everywhere read one cron expression alike, in a time zone too.
# Happens: where clocks are set forward, cronsim leaves `*/30 2 * * *` out for the day, and croniter runs it after the
#   gap; where they are set back, cronsim runs `30 2 * * *` once, croniter twice, and both run `*/30 2 * * *` twice as
#   often. Where they are set back by half an hour, cronsim misses the second 1:40 of `40 * * * *`. And without any
#   clock: cronsim takes `1-1/2` for `1/2`, croniter for `*/2`, and croniter takes `1-1` for every hour.
#   In the field for weekdays cronsim goes with `1/6` on to 7, which is Sunday; croniter ends with Saturday.
# Version: cronsim 2.8, croniter 7.0.0.
# Matters: what is to be done once a day is done twice, or not at all, two days a year. So cronsim is asked about a clock
#   that is never set, and `innotter/jobs/schedules.py` decides: a named time that is left out is right after the gap,
#   one that is shown twice is the first; any hour means every real one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check cronsim==2.8 croniter==7.0.0 tzdata
"$folder/venv/bin/python" - <<'PY'
from datetime import datetime
from zoneinfo import ZoneInfo

from croniter import croniter
from cronsim import CronSim

BERLIN, LORD_HOWE = ZoneInfo("Europe/Berlin"), ZoneInfo("Australia/Lord_Howe")
MARCH, OCTOBER = datetime(2026, 3, 29, tzinfo=BERLIN), datetime(2026, 10, 25, tzinfo=BERLIN)
APRIL, JANUARY = datetime(2027, 4, 4, 0, 50, tzinfo=LORD_HOWE), datetime(2026, 1, 1, tzinfo=BERLIN)


def times(expression, start):
    """The times of the day, by cronsim and by croniter."""
    ours, theirs = CronSim(expression, start), croniter(expression, start)
    found = ([next(ours) for _ in range(30)], [theirs.get_next(datetime) for _ in range(30)])
    return tuple([f"{time:%H:%M}" for time in some if time.date() == start.date()] for some in found)


def says(expression, start, cronsim, croniter):
    found = times(expression, start)
    print(f"{expression:14} {start:%Y-%m-%d}  cronsim {' '.join(found[0][:4]) or '-'}  croniter {' '.join(found[1][:4]) or '-'}")
    assert (found[0][: len(cronsim) or 1], found[1][: len(croniter) or 1]) == (cronsim, croniter), "changed"


says("30 2 * * *", MARCH, ["03:00"], ["03:00"])
says("*/30 2 * * *", MARCH, [], ["03:00"])
says("30 2 * * *", OCTOBER, ["02:30"], ["02:30", "02:30"])
says("*/30 2 * * *", OCTOBER, ["02:00", "02:30"] * 2, ["02:00", "02:30"] * 2)
says("40 * * * *", APRIL, ["01:40", "02:40"], ["01:40", "01:40", "02:40"])
says("0 1-1/2 * * *", JANUARY, ["01:00", "03:00", "05:00"], ["02:00", "04:00", "06:00"])
ours, theirs = CronSim("0 0 * * 1/6", JANUARY), croniter("0 0 * * 1/6", JANUARY)
days = [f"{next(ours):%a}" for _ in range(4)], [f"{theirs.get_next(datetime):%a}" for _ in range(4)]
print(f"0 0 * * 1/6    cronsim {' '.join(days[0])}  croniter {' '.join(days[1])}")
assert (set(days[0]), set(days[1])) == ({"Mon", "Sun"}, {"Mon"}), "changed"
says("0 1-1 * * *", JANUARY, ["01:00"], ["01:00", "02:00", "03:00"])
PY
