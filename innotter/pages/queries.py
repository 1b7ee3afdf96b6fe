"""Numbers that pages show."""

import logging

from django.core.cache import cache
from redis.exceptions import RedisError

from innotter.pages.models import Follow, Page

#: Of more followers than that, the number is counted once in so many seconds: a million take half a second.
MANY, SECONDS = 5_000, 60

logger = logging.getLogger(__name__)


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
