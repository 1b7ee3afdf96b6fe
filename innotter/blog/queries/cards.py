"""Cards of posts: what each of them shows, as a value. Two that are equal look alike, so one is rendered for both."""

from datetime import datetime
from typing import NamedTuple, Self

from django.contrib.humanize.templatetags.humanize import naturaltime
from django.urls import reverse

from innotter.blog.models import Post, PostImage
from innotter.pages.models import Page


class Named(NamedTuple):
    """A page by its name, its handle and its picture."""

    name: str
    handle: str
    image: str
    is_private: bool

    @classmethod
    def of(cls, page: Page) -> Self:
        return cls(page.name, page.handle, page.image.name or "", page.is_private)

    def get_absolute_url(self) -> str:
        return reverse("blog:page", args=[self.handle])

    @property
    def image_url(self) -> str:
        return Page(handle=self.handle, image=self.image).image_url


class Parent(NamedTuple):
    """The post that is replied to."""

    pk: int
    page_name: str

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

    @classmethod
    def of(cls, post: Post) -> Self:
        """The card of a post that was read `as_seen_by` its viewer. It asks the database for nothing."""
        parent = post.parent
        return cls(
            pk=post.pk,
            page=Named.of(post.page),
            is_article=post.is_article,
            title=post.title,
            content=post.content,
            mentioned=frozenset(page.handle for page in post.mentions.all()),
            pictures=tuple(Picture(each.pk, each.alt, each.width, each.height) for each in post.images.all()),
            is_reply=post.is_reply,
            answers_what_is_gone=post.answers_what_is_gone,
            parent=Parent(parent.pk, parent.page.name) if parent else None,
            likes_count=post.likes_count,
            liked_by_me=post.liked_by_me,
            replies_count=post.replies_count,
            created_at=post.created_at,
            age=str(naturaltime(post.created_at)),
            edited_at=post.updated_at if post.is_edited else None,
        )

    def get_absolute_url(self) -> str:
        return _address(self.pk)


def _address(pk: int) -> str:
    return reverse("blog:post", args=[pk])
