"""Numbers that pages show; and the see-rule as SQL, for statements that are written by hand."""

import logging

from django.core.cache import cache
from redis.exceptions import RedisError

from innotter.pages.models import Follow, Page

#: Of more followers than that, the number is counted once in so many seconds: a million take half a second.
MANY, SECONDS = 5_000, 60

logger = logging.getLogger(__name__)


def readable(page: str) -> str:
    """SQL that says whether `reader` may read a page of this alias, as `PageQuerySet.readable_by` does.

    Its parameters are `reader`, the id of a person or 0, `sees_all`, whether that is a moderator, and `now`.
    """
    return f"""
        ({page}.owner_id = %(reader)s OR %(sees_all)s OR (
            ({page}.blocked_until IS NULL OR {page}.blocked_until <= %(now)s)
            AND NOT EXISTS (SELECT FROM accounts_user WHERE accounts_user.id = {page}.owner_id
                            AND accounts_user.is_blocked)
            AND (NOT {page}.is_private OR EXISTS (
                SELECT FROM pages_follow
                WHERE page_id = {page}.id AND follower_id = %(reader)s AND status = 'accepted'
            ))
        ))
    """


def followers_of(page: Page) -> int:
    """How many follow a page. Of thousands the number may be a minute old: nobody sees there whether one has come."""
    counted = Follow.objects.counted().filter(page=page)
    if (number := counted.values("pk")[: MANY + 1].count()) <= MANY:
        return number
    try:
        return int(cache.get_or_set(f"followers:{page.pk}", counted.count, SECONDS) or 0)
    except RedisError as error:
        logger.warning("The cache cannot be reached: %s", error)
        return counted.count()
