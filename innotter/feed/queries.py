"""What there is to read: the home feed, and what is new elsewhere."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils import timezone

from innotter.accounts.models import User
from innotter.blog.models import Post
from innotter.pages.models import Page, PageQuerySet

#: The pages whose posts are in a person's feed: those they follow and may read, and their own.
_SOURCES = """
    SELECT page.id, page.last_post_id
    FROM (
        SELECT page_id FROM pages_follow WHERE follower_id = %(reader)s AND status = 'accepted'
        UNION
        SELECT id FROM pages_page WHERE owner_id = %(reader)s
    ) AS mine
    JOIN pages_page AS page ON page.id = mine.page_id
    WHERE (page.blocked_until IS NULL OR page.blocked_until <= %(now)s OR page.owner_id = %(reader)s)
      AND NOT EXISTS (SELECT FROM accounts_user WHERE accounts_user.id = page.owner_id AND accounts_user.is_blocked)
"""

#: The newest posts can only stand on the pages with the newest last posts: as many pages as posts are enough.
_NEWEST = f"""
    SELECT post.id
    FROM (SELECT id FROM ({_SOURCES}) AS source WHERE last_post_id > 0 ORDER BY last_post_id DESC LIMIT %(limit)s)
         AS source
    CROSS JOIN LATERAL (
        SELECT id FROM blog_post WHERE page_id = source.id ORDER BY id DESC LIMIT %(limit)s
    ) AS post
    ORDER BY post.id DESC LIMIT %(limit)s
"""

#: Further down, walking back through everybody's posts finds twenty soon where the followed pages are busy.
_WALK_BACK = f"""
    SELECT id
    FROM (SELECT id, page_id FROM blog_post WHERE id < %(before)s ORDER BY id DESC LIMIT %(walk)s) AS recent
    WHERE page_id IN (SELECT id FROM ({_SOURCES}) AS source)
    ORDER BY id DESC LIMIT %(limit)s
"""

#: Where they are quiet, asking each of them does.
_ASK_EACH_PAGE = f"""
    SELECT post.id
    FROM ({_SOURCES}) AS source
    CROSS JOIN LATERAL (
        SELECT id FROM blog_post WHERE page_id = source.id AND id < %(before)s ORDER BY id DESC LIMIT %(limit)s
    ) AS post
    ORDER BY post.id DESC LIMIT %(limit)s
"""

#: What came since: only pages with a newer last post can hold it.
_SINCE = f"""
    SELECT post.id
    FROM (SELECT id FROM ({_SOURCES}) AS source WHERE last_post_id > %(after)s) AS source
    CROSS JOIN LATERAL (
        SELECT id FROM blog_post WHERE page_id = source.id AND id > %(after)s ORDER BY id LIMIT %(limit)s
    ) AS post
    ORDER BY post.id LIMIT %(limit)s
"""

#: The posts with the found ids, with the fields that the API shows, in one statement.
_ROWS = """
    SELECT post.id, page.uuid AS page, page.name AS page_name, post.content, post.likes_count AS likes,
           EXISTS (SELECT FROM blog_like WHERE post_id = post.id AND user_id = %(reader)s) AS liked_by_me,
           post.created_at, post.updated_at
    FROM ({found}) AS found
    JOIN blog_post AS post ON post.id = found.id
    JOIN pages_page AS page ON page.id = post.page_id
    ORDER BY post.id DESC
"""

#: How many posts are walked through before each page is asked instead.
WALK = 1000

Row = dict[str, Any]


def home_feed(reader: User, *, limit: int, before: int | None = None) -> list[Row]:
    """The newest posts of the pages a person follows and of their own, older than `before`, as the API shows them."""
    if before is None:
        return _rows(_NEWEST, reader, limit=limit)
    found = _rows(_WALK_BACK, reader, limit=limit, before=before, walk=WALK)
    return found if len(found) == limit else _rows(_ASK_EACH_PAGE, reader, limit=limit, before=before)


def home_feed_since(reader: User, *, after: int, limit: int) -> list[Row]:
    """What has come into a person's feed after the post `after`: the oldest of it, newest first."""
    return _rows(_SINCE, reader, limit=limit, after=after)


def as_posts(rows: list[Row], reader: Any) -> list[Post]:
    """The posts of a feed as the site shows them."""
    ids = [row["id"] for row in rows]
    return list(Post.objects.filter(pk__in=ids).seen_by(reader).order_by("-pk")) if ids else []


def explore(viewer: Any) -> PageQuerySet:
    """Public pages that everybody may read, as the viewer sees them."""
    public = Page.objects.readable_by(AnonymousUser()).seen_by(viewer)
    return public.select_related("owner").prefetch_related("tags")


def _rows(found: str, reader: User, **parameters: int) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(_ROWS.format(found=found), {"reader": reader.pk, "now": timezone.now(), **parameters})
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
