"""What is going on elsewhere."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count

from innotter.accounts.models import User
from innotter.blog.models import Hashtag, Post
from innotter.pages.models import Page, PageQuerySet, Tag

#: Hashtags are ranked by their most recent uses, up to this number.
LATELY = 2000
MOST_HASHTAGS, MOST_ACTIVE = 12, 6
#: What visitors see of posts and pages.
MOST_POSTS, MOST_NEW, POSTS_LOOKED_AT = 3, 5, 300
#: Beside a page, each of its short lists has at most so many lines.
MOST_BESIDE = 4


def newest_pages(viewer: Any) -> PageQuerySet:
    """Public pages that everybody may read, as the viewer sees them."""
    public = Page.objects.readable_by(AnonymousUser()).as_seen_by(viewer)
    return public.select_related("owner").prefetch_related("tags")


def newest_posts() -> list[int]:
    """Posts that everybody may read, without replies, among the newest few hundred."""
    lately = Post.objects.order_by("-pk").values("pk")[:POSTS_LOOKED_AT]
    public = Post.objects.readable_by(AnonymousUser()).filter(pk__in=lately, reply_to=None)
    return list(public.order_by("-pk").values_list("pk", flat=True)[:MOST_POSTS])


def active_pages(viewer: Any) -> list[Page]:
    """Of those, the ones that were written on last."""
    return list(newest_pages(viewer).filter(last_post_id__gt=0).order_by("-last_post_id")[:MOST_ACTIVE])


def pages_to_follow(reader: User) -> list[Page]:
    """Of those, the ones that a person neither owns nor follows, nor has asked to."""
    others = Page.objects.readable_by(AnonymousUser()).exclude(owner=reader).exclude(follows__follower=reader)
    return list(others.as_seen_by(reader).filter(last_post_id__gt=0).order_by("-last_post_id")[:MOST_BESIDE])


def active_hashtags(uses_looked_at: int = LATELY) -> list[Tag]:
    """The hashtags that most public pages have used lately."""
    lately = Hashtag.objects.order_by("-pk").values("pk")[:uses_looked_at]
    public = Page.objects.readable_by(AnonymousUser())
    uses = Tag.objects.filter(hashtags__in=lately, hashtags__post__page__in=public)
    return list(
        uses.annotate(pages_count=Count("hashtags__post__page", distinct=True)).order_by("-pages_count", "name")[
            :MOST_HASHTAGS
        ]
    )
