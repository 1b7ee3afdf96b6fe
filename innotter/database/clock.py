"""The clock of this machine beside the database's, which may be on another one."""

import time

from django.db import connection

#: Clocks that differ by more make codes, tokens and jobs come too early or too late, in seconds.
MOST_APART = 2
KEEP_TIME = "Let both machines keep their time by NTP: codes, tokens and jobs depend on it."


def seconds_apart() -> float:
    """By how much they differ at the least: what the question takes is no difference."""
    with connection.cursor() as cursor:
        before = time.time()
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        theirs, after = float(cursor.fetchone()[0]), time.time()
    return max(before - theirs, theirs - after, 0.0)
