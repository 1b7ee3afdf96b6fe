"""What a home feed is made of, for those who keep one."""

from array import array
from datetime import datetime
from typing import cast

from innotter.database.prepared import fetch

_PAGES = """
    SELECT page_id FROM pages_follow WHERE follower_id = %s AND status = 'accepted'
    UNION SELECT id FROM pages_page WHERE owner_id = %s
    ORDER BY 1
"""
_NEXT_END = "SELECT min(blocked_until) FROM pages_page WHERE blocked_until > %s"


def pages_in_feed_of(reader_id: int) -> "array[int]":
    """The pages that a person follows, blocked ones too, and their own, in order."""
    return array("q", (page for (page,) in fetch(_PAGES, [reader_id, reader_id])))


def next_end_of_a_block(after: datetime) -> datetime | None:
    """When time alone shows a page again that was hidden from everybody."""
    ((end,),) = fetch(_NEXT_END, [after])
    return cast("datetime | None", end)
