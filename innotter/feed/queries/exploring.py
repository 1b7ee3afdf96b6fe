"""What is going on elsewhere."""

from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser

from innotter.accounts.models import User
from innotter.blog.models import Post
from innotter.database.prepared import fetch
from innotter.pages.models import Page, PageQuerySet
from innotter.pages.queries import readable, seen_by

#: Hashtags are ranked by their most recent uses, up to this number.
LATELY = 2000
MOST_HASHTAGS, MOST_ACTIVE = 12, 6
#: So many posts are looked at for a part of the list of public ones, which goes on behind the last of them.
POSTS_WALKED = 1000
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
    return list(_public(lately)[:MOST_POSTS])


def public_posts(*, before: int | None, limit: int) -> tuple[list[int], int | None]:
    """Posts that everybody may read, without replies, newest first; and before which one to read on, None at the end.

    Where most posts are private, a part holds fewer than `limit`: it costs the same however far apart public ones are.
    """
    older = Post.objects.all() if before is None else Post.objects.filter(pk__lt=before)
    walked = list(older.order_by("-pk").values_list("pk", flat=True)[:POSTS_WALKED])
    found = list(_public(walked)[: limit + 1])
    if len(found) > limit:
        return found[:limit], found[limit - 1]
    return found, walked[-1] if len(walked) == POSTS_WALKED else None


def _public(among: Any) -> Any:
    posts = Post.objects.readable_by(AnonymousUser()).filter(pk__in=among, reply_to=None)
    return posts.order_by("-pk").values_list("pk", flat=True)


def active_pages(viewer: Any) -> list[Page]:
    """Of those, the ones that were written on last."""
    return list(newest_pages(viewer).filter(last_post_id__gt=0).order_by("-last_post_id")[:MOST_ACTIVE])


def pages_to_follow(reader: User) -> list[Page]:
    """Of those, the ones that a person neither owns nor follows, nor has asked to."""
    rows = fetch(_TO_FOLLOW, seen_by(AnonymousUser()) | {"follower": reader.pk})
    return [Page(pk=pk, name=name, handle=handle, image=image) for pk, name, handle, image in rows]


class Used(NamedTuple):
    """A hashtag, and how many of the pages that have used it lately everybody may read."""

    name: str
    pages_count: int


def active_hashtags(uses_looked_at: int = LATELY) -> list[Used]:
    """The hashtags that most public pages have used lately."""
    return [Used(*row) for row in fetch(_USED, seen_by(AnonymousUser()) | {"looked_at": uses_looked_at})]


_TO_FOLLOW = f"""
    SELECT page.id, page.name, page.uuid, page.image FROM pages_page AS page
    WHERE page.last_post_id > 0 AND {readable("page")} AND page.owner_id <> %(follower)s AND NOT EXISTS (
        SELECT FROM pages_follow WHERE page_id = page.id AND follower_id = %(follower)s
    )
    ORDER BY page.last_post_id DESC LIMIT {MOST_BESIDE}
"""
_USED = f"""
    SELECT tag.name, count(DISTINCT page.id) AS pages
    FROM (SELECT tag_id, post_id FROM blog_hashtag ORDER BY id DESC LIMIT %(looked_at)s) AS used
    JOIN pages_tag AS tag ON tag.id = used.tag_id
    JOIN blog_post AS post ON post.id = used.post_id
    JOIN pages_page AS page ON page.id = post.page_id
    WHERE {readable("page")}
    GROUP BY tag.name ORDER BY pages DESC, tag.name LIMIT {MOST_HASHTAGS}
"""
