"""Posts as the API shows them: values that one statement reads, for one reader."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.conf import settings

from innotter.blog.models import PostImage
from innotter.database.prepared import fetch_named
from innotter.pages.queries import readable, seen_by

Row = dict[str, Any]

_OTHER_IS_READABLE = readable("other")

#: The posts whose ids `found` finds, newest first. Who may read them is its business; of others, this one's.
ROWS = f"""
    SELECT post.id, post.kind, page.uuid AS page, page.name AS page_name, post.title, post.content,
           (SELECT json_agg(json_build_object('id', id, 'width', width, 'height', height, 'alt', alt) ORDER BY id)
            FROM blog_postimage WHERE post_id = post.id) AS images,
           CASE WHEN post.reply_to_id = post.answered_id THEN (
               SELECT parent.id FROM blog_post AS parent JOIN pages_page AS other ON other.id = parent.page_id
               WHERE parent.id = post.reply_to_id AND {_OTHER_IS_READABLE}
           ) END AS reply_to,
           post.answered_id IS NOT NULL AS is_reply,
           (SELECT count(*) FROM blog_post AS reply JOIN pages_page AS other ON other.id = reply.page_id
            WHERE reply.reply_to_id = post.id AND {_OTHER_IS_READABLE}) AS replies,
           post.likes_count AS likes,
           EXISTS (SELECT FROM blog_like WHERE post_id = post.id AND user_id = %(reader)s) AS liked_by_me,
           post.created_at, post.updated_at
    FROM ({{found}}) AS found
    JOIN blog_post AS post ON post.id = found.id
    JOIN pages_page AS page ON page.id = post.page_id
    ORDER BY post.id DESC
"""

_BY_ID = ROWS.format(
    found=f"""
        SELECT post.id FROM blog_post AS post JOIN pages_page AS page ON page.id = post.page_id
        WHERE post.id = ANY((SELECT %(posts)s)::bigint[]) AND {readable("page")}
    """
)

_ON_PAGE = f"""
    SELECT post.id FROM (SELECT id FROM pages_page AS page WHERE uuid = %(handle)s AND {readable("page")}) AS page
    CROSS JOIN LATERAL (
        SELECT id FROM blog_post WHERE page_id = page.id ORDER BY id DESC LIMIT %(limit)s
    ) AS post
"""


def rows_of(posts: Sequence[int], viewer: Any) -> list[Row]:
    """Posts in their order, without those that are gone or that the viewer may not read: one query."""
    if not posts:
        return []
    rows = {row["id"]: row for row in as_shown(fetch_named(_BY_ID, seen_by(viewer) | {"posts": list(posts)}))}
    return [rows[pk] for pk in posts if pk in rows]


def newest_rows_on(handle: str, viewer: Any, *, limit: int) -> list[Row]:
    """The newest posts of a page; none where there is no such page, or none for this viewer."""
    return as_shown(fetch_named(_newest_on_page(limit), seen_by(viewer) | {"handle": handle}))


def as_shown(rows: list[Row]) -> list[Row]:
    """What `ROWS` has read, with whole addresses of its pictures."""
    for row in rows:
        row["images"] = [_with_addresses(image) for image in row["images"] or ()]
    return rows


@cache
def _newest_on_page(limit: int) -> str:
    return ROWS.format(found=_ON_PAGE.replace("%(limit)s", str(limit)))


def _with_addresses(image: Row) -> Row:
    shown = PostImage(pk=image["id"])
    addresses = {"image": settings.SITE_URL + shown.image_url, "small": settings.SITE_URL + shown.small_url}
    return image | addresses
