"""The home feed."""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from innotter.accounts.models import User
from innotter.blog.queries.posts import ROWS, Row, as_shown
from innotter.database.prepared import fetch, fetch_named
from innotter.pages.queries import seen_by

#: The pages whose posts are in a person's feed: those they follow and may read, and their own.
_SOURCES = """
    SELECT page.id, page.last_post_id
    FROM (
        SELECT page_id FROM pages_follow WHERE follower_id = %(reader)s AND status = 'accepted'
        UNION ALL  -- Nobody follows a page of their own.
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

#: Walking back through everybody's posts finds a page's worth soon where the followed pages are busy.
_WALK_BACK = """
    SELECT recent.id
    FROM (SELECT id, page_id FROM blog_post WHERE id < %(before)s ORDER BY id DESC LIMIT %(walk)s) AS recent
    JOIN pages_page AS page ON page.id = recent.page_id
    WHERE (page.owner_id = %(reader)s OR EXISTS (
            SELECT FROM pages_follow WHERE follower_id = %(reader)s AND page_id = page.id AND status = 'accepted'
        ))
      AND (page.blocked_until IS NULL OR page.blocked_until <= %(now)s OR page.owner_id = %(reader)s)
      AND NOT EXISTS (SELECT FROM accounts_user WHERE accounts_user.id = page.owner_id AND accounts_user.is_blocked)
    ORDER BY recent.id DESC LIMIT %(limit)s
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

_IDS = "SELECT id FROM ({found}) AS found ORDER BY id DESC"

#: How many posts are walked through before the pages are asked instead.
WALK = 1000
#: Four ways to find posts, for each number of posts that is asked for, by programs and by people.
MOST_STATEMENTS = 400
LARGEST_ID = 2**63 - 1

#: Whose pages were found to be quiet, in this process: a hint which way is short, never what is shown.
_quiet_readers: set[int] = set()
MOST_QUIET = 1000

T = TypeVar("T")


def home_feed(reader: User, *, limit: int, before: int | None = None) -> list[Row]:
    """The newest posts of the pages a person follows and of their own, older than `before`, as the API shows them."""
    return _walk(_rows, reader, limit=limit, before=before)


def home_posts(reader: User, *, limit: int, before: int | None = None) -> list[int]:
    """The same posts, by their ids."""
    return _walk(_ids, reader, limit=limit, before=before)


def home_feed_since(reader: User, *, after: int, limit: int) -> list[Row]:
    """What has come into a person's feed after the post `after`: the oldest of it, newest first."""
    return _rows(_SINCE, reader, limit=limit, after=after)


def home_posts_since(reader: User, *, after: int, limit: int) -> list[int]:
    """The same posts, by their ids."""
    return _ids(_SINCE, reader, limit=limit, after=after)


def _walk(read: Callable[..., list[T]], reader: User, *, limit: int, before: int | None) -> list[T]:
    if before is None and reader.pk in _quiet_readers:
        return read(_NEWEST, reader, limit=limit)
    found = read(_WALK_BACK, reader, limit=limit, before=before or LARGEST_ID)
    if len(found) == limit:
        return found
    if before is None:
        _remember_as_quiet(reader)
        return read(_NEWEST, reader, limit=limit)
    return read(_ASK_EACH_PAGE, reader, limit=limit, before=before)


def _remember_as_quiet(reader: User) -> None:
    """Do not walk in vain each time they come. Forgotten now and then, as people and pages wake up."""
    if len(_quiet_readers) >= MOST_QUIET:
        _quiet_readers.clear()
    _quiet_readers.add(reader.pk)


def _rows(found: str, reader: User, *, limit: int, **parameters: int) -> list[Row]:
    return as_shown(fetch_named(_statement(ROWS, found, limit), seen_by(reader) | parameters))


def _ids(found: str, reader: User, *, limit: int, **parameters: int) -> list[int]:
    return [pk for (pk,) in fetch(_statement(_IDS, found, limit), seen_by(reader) | parameters)]


@lru_cache(maxsize=MOST_STATEMENTS)
def _statement(shown: str, found: str, limit: int) -> str:
    return shown.format(found=found).replace("%(limit)s", str(limit)).replace("%(walk)s", str(WALK))
