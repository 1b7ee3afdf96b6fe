"""Cards of posts: what each of them shows, as a value. Two that are equal look alike, so one is rendered for both."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.urls import reverse

from innotter.blog.models import Post, PostImage
from innotter.database.prepared import fetch, fetch_named
from innotter.pages.models import Page
from innotter.pages.queries import readable, seen_by
from innotter.text.ages import how_long_ago
from innotter.text.cleaning import one_line


class Named(NamedTuple):
    """A page by its name, its handle and its picture."""

    name: str
    handle: str
    image: str
    is_private: bool

    def get_absolute_url(self) -> str:
        return reverse("blog:page", args=[self.handle])

    @property
    def image_url(self) -> str:
        return Page(handle=self.handle, image=self.image).image_url


class Parent(NamedTuple):
    """The post that is replied to: on which page it stands, and how it begins."""

    pk: int
    page_name: str
    words: str

    def get_absolute_url(self) -> str:
        return _address(self.pk)


class Picture(NamedTuple):
    pk: int
    alt: str
    width: int
    height: int

    @property
    def image_url(self) -> str:
        return PostImage(pk=self.pk).image_url

    @property
    def small_url(self) -> str:
        return PostImage(pk=self.pk).small_url


class Card(NamedTuple):
    """Everything that `blog/_post.html` asks a post for, as its viewer has it. What is not here cannot be on a card."""

    pk: int
    page: Named
    is_article: bool
    title: str
    content: str
    mentioned: frozenset[str]
    #: Of an article the first alone.
    pictures: tuple[Picture, ...]
    is_reply: bool
    answers_what_is_gone: bool
    parent: Parent | None
    likes_count: int
    liked_by_me: bool
    replies_count: int
    created_at: datetime
    #: How long ago, in the reader's words: it is another card when that is another.
    age: str
    edited_at: datetime | None
    #: Stands on a page of the viewer's own, who may change and delete it; or may be removed by them, as a moderator.
    is_mine: bool = False
    is_removable: bool = False

    def get_absolute_url(self) -> str:
        return _address(self.pk)


#: So much of the post that is replied to is read; as many of its words as fit into a line are shown.
CUT = 120

#: Everything on the cards of some posts, as far as their reader may read them.
_CARDS = f"""
    SELECT post.id, post.kind, page.name, page.uuid AS handle, page.image, page.is_private, post.title, post.content,
           post.answered_id, post.reply_to_id, parent.id AS parent, parent.name AS name_of_parent,
           parent.words AS words_of_parent, page.owner_id = %(reader)s AS is_mine, (SELECT %(sees_all)s) AS sees_all,
           (SELECT json_agg(mentioned.uuid) FROM blog_post_mentions AS mention
            JOIN pages_page AS mentioned ON mentioned.id = mention.page_id
            WHERE mention.post_id = post.id) AS mentioned,
           (SELECT json_agg(json_build_array(id, alt, width, height) ORDER BY id)
            FROM (SELECT * FROM blog_postimage WHERE post_id = post.id
                  ORDER BY id LIMIT CASE WHEN post.kind = 'article' THEN 1 END) AS picture) AS pictures,
           post.likes_count,
           EXISTS (SELECT FROM blog_like WHERE post_id = post.id AND user_id = %(reader)s) AS liked_by_me,
           (SELECT count(*) FROM blog_post AS reply JOIN pages_page AS other ON other.id = reply.page_id
            WHERE reply.reply_to_id = post.id AND {readable("other")}) AS replies_count,
           post.created_at, post.updated_at
    FROM blog_post AS post
    JOIN pages_page AS page ON page.id = post.page_id
    LEFT JOIN LATERAL (
        SELECT above.id, other.name,
               left(CASE above.title WHEN '' THEN above.content ELSE above.title END, {CUT}) AS words
        FROM blog_post AS above JOIN pages_page AS other ON other.id = above.page_id
        WHERE above.id = post.reply_to_id AND {readable("other")}
    ) AS parent ON true
    WHERE post.id = ANY((SELECT %(posts)s)::bigint[]) AND {readable("page")}
"""


_READABLE = f"""
    SELECT post.id FROM blog_post AS post JOIN pages_page AS page ON page.id = post.page_id
    WHERE post.id = ANY((SELECT %(posts)s)::bigint[]) AND {readable("page")}
"""


def cards_of(posts: Sequence[int], viewer: Any) -> list[Card]:
    """The cards of posts, in their order, without those that are gone or that the viewer may not read: one query."""
    if not posts:
        return []
    rows = fetch_named(_CARDS, seen_by(viewer) | {"posts": list(posts)})
    cards = {row["id"]: _card(row) for row in rows}
    return [cards[pk] for pk in posts if pk in cards]


def readable_posts(posts: Collection[int], viewer: Any) -> set[int]:
    """Those of some posts that somebody may read, by their ids."""
    return {pk for (pk,) in fetch(_READABLE, seen_by(viewer) | {"posts": list(posts)})} if posts else set()


def _card(row: dict[str, Any]) -> Card:
    is_reply = row["answered_id"] is not None
    is_gone = is_reply and row["answered_id"] != row["reply_to_id"]
    return Card(
        pk=row["id"],
        page=Named(row["name"], row["handle"], row["image"], row["is_private"]),
        is_article=row["kind"] == Post.Kind.ARTICLE,
        title=row["title"],
        content=row["content"],
        mentioned=frozenset(row["mentioned"] or ()),
        pictures=tuple(Picture(*picture) for picture in row["pictures"] or ()),
        is_reply=is_reply,
        answers_what_is_gone=is_gone,
        parent=_parent(row) if row["parent"] and not is_gone else None,
        likes_count=row["likes_count"],
        liked_by_me=row["liked_by_me"],
        replies_count=row["replies_count"],
        created_at=row["created_at"],
        age=how_long_ago(row["created_at"]),
        edited_at=row["updated_at"] if row["updated_at"] > row["created_at"] else None,
        is_mine=row["is_mine"],
        is_removable=row["sees_all"] and not row["is_mine"],
    )


def _parent(row: dict[str, Any]) -> Parent:
    return Parent(row["parent"], row["name_of_parent"], one_line(row["words_of_parent"]))


def _address(pk: int) -> str:
    return reverse("blog:post", args=[pk])
