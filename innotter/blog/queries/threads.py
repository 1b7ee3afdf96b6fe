"""Reading a thread: what a post replies to, and what replies to it, in a constant number of queries."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from innotter.blog.models import Post
from innotter.blog.queries.cards import Card, cards_of

#: The nearest of the posts above that are shown, and the most of those below.
MOST_ABOVE, MOST_BELOW = 20, 200

_ABOVE = """
    WITH RECURSIVE above AS (
        SELECT reply_to_id AS id, 1 AS distance FROM blog_post WHERE id = %(post)s
        UNION ALL
        SELECT post.reply_to_id, distance + 1 FROM blog_post AS post JOIN above ON post.id = above.id
    )
    SELECT id, -distance FROM above WHERE id IS NOT NULL LIMIT %(most)s
"""

#: Found level by level, so that the limit cuts off the deepest; put in the order in which a thread is read.
_BELOW = """
    WITH RECURSIVE below AS (
        SELECT id, ARRAY[id] AS path FROM blog_post WHERE reply_to_id = %(post)s
        UNION ALL
        SELECT reply.id, path || reply.id FROM blog_post AS reply JOIN below ON reply.reply_to_id = below.id
    )
    SELECT id, cardinality(path) FROM (SELECT id, path FROM below LIMIT %(most)s) AS found ORDER BY path
"""


@dataclass(frozen=True)
class Thread:
    """Around a post: the posts it replies to, topmost first, and all replies with their depth, from 1."""

    above: list[Card]
    below: list[tuple[Card, int]]
    #: There is more than is shown.
    is_cut: bool


def thread_around(post: Post, viewer: Any) -> Thread:
    """What of a post's thread this person may read."""
    above, below = _find(_ABOVE, post, MOST_ABOVE), _find(_BELOW, post, MOST_BELOW + 1)
    ids = [pk for pk, _depth in above + below[:MOST_BELOW]]
    posts = {card.pk: card for card in cards_of(ids, viewer)}
    return Thread(
        above=[posts[pk] for pk, _depth in reversed(above) if pk in posts],
        below=[(posts[pk], depth) for pk, depth in below[:MOST_BELOW] if pk in posts],
        is_cut=len(below) > MOST_BELOW,
    )


def _find(sql: str, post: Post, most: int) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"post": post.pk, "most": most})
        return list(cursor.fetchall())
