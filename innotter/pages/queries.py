"""Numbers that pages show; and the see-rule as SQL, for statements that are written by hand.

The parameters of this SQL are those of `seen_by`. Lists, and whether somebody sees all, stand behind a subselect: where
PostgreSQL knows such a value, its plan looks so much better that it plans anew each time, for longer than it runs.
"""

import logging
import time
from collections.abc import Collection
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet
from django.utils import timezone
from redis.exceptions import RedisError

from innotter.accounts.models import User
from innotter.database.prepared import fetch
from innotter.pages.models import Follow, Page

#: Of more rows than that, the number is counted once in so many seconds: a million followers take half a second.
MANY, SECONDS = 5_000, 60

logger = logging.getLogger(__name__)


def seen_by(viewer: Any) -> dict[str, Any]:
    """Who asks: the id of a person, 0 for a stranger; whether that is a moderator; and when, for blocks may end."""
    sees_all = isinstance(viewer, User) and viewer.is_moderator
    return {"reader": viewer.pk or 0, "sees_all": sees_all, "now": timezone.now()}


def findable(page: str) -> str:
    """SQL that says whether somebody may find a page of this alias, as `PageQuerySet.findable_by` does."""
    return f"({page}.owner_id = %(reader)s OR (SELECT %(sees_all)s) OR {_open(page)})"


def readable(page: str) -> str:
    """SQL that says whether somebody may read a page of this alias, as `PageQuerySet.readable_by` does."""
    return f"""
        ({page}.owner_id = %(reader)s OR (SELECT %(sees_all)s) OR {_open(page)} AND (NOT {page}.is_private OR EXISTS (
            SELECT FROM pages_follow WHERE page_id = {page}.id AND follower_id = %(reader)s AND status = 'accepted'
        )))
    """


def _open(page: str) -> str:
    return f"""
        ({page}.blocked_until IS NULL OR {page}.blocked_until <= %(now)s) AND NOT EXISTS (
            SELECT FROM accounts_user WHERE accounts_user.id = {page}.owner_id AND accounts_user.is_blocked
        )
    """


_FOUND = f"""
    SELECT page.id, {readable("page")} FROM pages_page AS page
    WHERE page.id = ANY((SELECT %(pages)s)::bigint[]) AND {findable("page")}
"""


def found_pages(pages: Collection[int], viewer: Any) -> dict[int, bool]:
    """Those of some pages that somebody may find, by their ids, and whether they may read them."""
    return dict(fetch(_FOUND, seen_by(viewer) | {"pages": list(pages)})) if pages else {}


class Large:
    """What had thousands of rows a moment ago, as this process knows: it need not count them to learn so."""

    def __init__(self, most: int) -> None:
        self._until: dict[str, float] = {}
        self._most = most

    def knows(self, key: str) -> bool:
        return self._until.get(key, 0) > time.monotonic()

    def remember(self, key: str) -> None:
        if len(self._until) >= self._most:
            self._until.clear()
        self._until[key] = time.monotonic() + SECONDS


_large = Large(most=1_000)


def followers_of(page: Page) -> int:
    """How many follow a page."""
    return counted("followers", page, Follow.objects.counted().filter(page=page))


def counted(name: str, page: Page, rows: QuerySet[Any]) -> int:
    """How many of these rows a page has. Of thousands the number may be a minute old: nobody sees whether one came."""
    key = f"{name}:{page.pk}"
    if not _large.knows(key):
        if (number := rows.values("pk")[: MANY + 1].count()) <= MANY:
            return number
        _large.remember(key)
    try:
        return int(cache.get_or_set(key, rows.count, SECONDS) or 0)
    except RedisError as error:
        logger.warning("The cache cannot be reached: %s", error)
        return rows.count()


def page_formerly_called(handle: str, viewer: Any) -> Page | None:
    """The page that has given up a handle, if somebody may find it."""
    return Page.objects.findable_by(viewer).filter(former_handles__handle=handle.lower()).first()
