"""Keeping the notes of changes short."""

from django.db import connection, transaction

#: What had ended before a look so long ago is known to whoever asks at least every five minutes.
_FORGET = """
    DELETE FROM feed_change
    WHERE xid < (
            SELECT max(id)::text::xid8 FROM feed_change
            WHERE kind = 'h' AND noted_at < statement_timestamp() - interval '10 minutes'
        )
        OR xid >= pg_snapshot_xmax(pg_current_snapshot())  -- Of another server, from which this was restored.
"""
_NOTE = """
    INSERT INTO feed_change (kind, id) SELECT 'h', pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    ON CONFLICT DO NOTHING
"""


@transaction.atomic
def forget_changes() -> int:
    """Drop what is older than ten minutes and was committed before, and note what runs now; says how many are gone.

    A transaction may note a change long before it is committed: the time of a note says nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FORGET)
        gone = cursor.rowcount
        cursor.execute(_NOTE)
    return int(gone)
