"""What is going on elsewhere."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count

from innotter.blog.models import Hashtag
from innotter.pages.models import Page, PageQuerySet, Tag

#: Hashtags are ranked by their most recent uses, up to this number.
LATELY = 2000
MOST_HASHTAGS, MOST_ACTIVE = 12, 6


def newest_pages(viewer: Any) -> PageQuerySet:
    """Public pages that everybody may read, as the viewer sees them."""
    public = Page.objects.readable_by(AnonymousUser()).as_seen_by(viewer)
    return public.select_related("owner").prefetch_related("tags")


def active_pages(viewer: Any) -> list[Page]:
    """Of those, the ones that were written on last."""
    return list(newest_pages(viewer).filter(last_post_id__gt=0).order_by("-last_post_id")[:MOST_ACTIVE])


def active_hashtags() -> list[Tag]:
    """The hashtags that most public pages have used lately."""
    lately = Hashtag.objects.order_by("-pk").values("pk")[:LATELY]
    public = Page.objects.readable_by(AnonymousUser())
    uses = Tag.objects.filter(hashtags__in=lately, hashtags__post__page__in=public)
    return list(
        uses.annotate(pages_count=Count("hashtags__post__page", distinct=True)).order_by("-pages_count", "name")[
            :MOST_HASHTAGS
        ]
    )
