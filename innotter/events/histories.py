"""A database that was put back has another history: what happened after the backup has not happened.

The services know an event by its number, and would take the next ones for those that they have counted already.
"""

import time

from django.db import connection

_NEXT = """
    SELECT setval(pg_get_serial_sequence('events_event', 'id'), greatest(
        %s, (SELECT coalesce(max(id), 0) FROM events_event), (SELECT last_value FROM {sequence})
    ))
"""


def begin_history() -> None:
    """Let the next event have a number that none can have had: the time in milliseconds.

    No history so far can have come as far, unless it had a thousand events in each second of its life.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence('events_event', 'id')")
        query = _NEXT.format(sequence=cursor.fetchone()[0])
        cursor.execute(query, [time.time_ns() // 1_000_000])
