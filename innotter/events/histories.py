"""A database that was put back has another history: what happened after the backup has not happened.

Whoever knows something of that knows it by its number: the services an event, readers of feeds a post, a mailed link an
invitation. They would take for it what gets the same number next.
"""

import time

from django.db import connection

#: Of every table whose rows are named outside; those of Django's own, whose numbers are short, are not.
_NEXT = """
    SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, greatest(%(now)s, coalesce(last_value, 0)))
    FROM pg_sequences WHERE schemaname = current_schema() AND data_type = 'bigint'::regtype
"""
_NEXT_EVENT = """
    SELECT setval(pg_get_serial_sequence('events_event', 'id'), greatest(%(now)s, max(id))) FROM events_event
    HAVING max(id) > %(now)s
"""


def begin_history() -> None:
    """Let whatever is made next have a number that none can have had: the time in milliseconds.

    No history so far can have come as far, unless it had a thousand events in each second of its life.
    """
    now = {"now": time.time_ns() // 1_000_000}
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, now)
        cursor.execute(_NEXT_EVENT, now)
