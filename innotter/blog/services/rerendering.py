"""Rendering anew what an older version of the renderer has made: in the background, a little at a time."""

import logging
import time
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import QuerySet

from innotter.blog.models import ArticleText
from innotter.blog.models.hashtag import address_of_hashtag
from innotter.blog.services.holding import hold
from innotter.blog.services.writing import kept_fields
from innotter.markdown import VERSION, render_kept
from innotter.outages import done_for_each
from innotter.rows import Gone

logger = logging.getLogger(__name__)

#: A worker has other things to do: the next sweep goes on.
SECONDS = 1.0
PORTION = 100


def render_old_articles() -> None:
    """Render some articles as this version does. What somebody changes meanwhile is theirs, and new already."""
    end = time.monotonic() + SECONDS
    waiting = list(_old().order_by("pk").values_list("pk", flat=True)[:PORTION])
    done_for_each(_in_time(waiting, end), _render_if_there)


def _in_time(pks: Iterable[int], end: float) -> Iterator[int]:
    """The first, and the others as long as there is time."""
    for pk in pks:
        yield pk
        if time.monotonic() > end:
            return


def _render_if_there(pk: int) -> None:
    try:
        _render(ArticleText.objects.select_related("post").get(pk=pk))
    except (ArticleText.DoesNotExist, Gone):
        logger.info("Article %s is deleted meanwhile, and not rendered anew.", pk)


def is_article_old() -> bool:
    """Whether there is an article that an older version has rendered."""
    return _old().exists()


def _old() -> QuerySet[ArticleText]:
    return ArticleText.objects.filter(renderer__lt=VERSION)


def _render(old: ArticleText) -> None:
    fields = kept_fields(rendered=render_kept(old.content, tag_address=address_of_hashtag))
    with transaction.atomic():
        hold(post=old.post)
        ArticleText.objects.filter(pk=old.pk, renderer=old.renderer, content=old.content).update(**fields)
