"""What programs send and receive about articles and comments."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from django.conf import settings
from ninja import Schema
from pydantic import AfterValidator, Field

from innotter.accounts.models.user import LONGEST_EMAIL
from innotter.accounts.permissions import Person
from innotter.blog.illustrating import illustrated
from innotter.blog.models import Comment, Post, PostImage
from innotter.blog.models.comment import LONGEST_COMMENT, LONGEST_NAME
from innotter.blog.models.post import LONGEST_TITLE
from innotter.blog.permissions import can_see_email
from innotter.pages.models import LONGEST_HANDLE


def _has_no_zero(text: str) -> str:
    if "\0" in text:
        message = "Null characters are not allowed."
        raise ValueError(message)
    return text


Text = Annotated[str, AfterValidator(_has_no_zero)]
Title = Annotated[Text, Field(max_length=LONGEST_TITLE)]
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Handle = Annotated[str, Field(max_length=LONGEST_HANDLE, pattern=r"^[A-Za-z0-9_-]+$", description="The page's `uuid`.")]


class NewArticle(Schema):
    """A new article; `content` is Markdown of any length."""

    page: Handle
    title: Title
    content: Text


class ArticleText(Schema):
    """An article's text as a whole."""

    title: Title
    content: Text


class ArticleChange(Schema):
    """What is to be another; the rest stays."""

    title: Title | None = None
    content: Text | None = None
    comments_closed: bool | None = None


class Picture(Schema):
    id: int
    image: str
    thumbnail: str
    medium: str
    width: int
    height: int
    alt: str


class ArticleSummary(Schema):
    """An article in a list."""

    id: int
    url: str
    page: str
    page_name: str
    title: str
    excerpt: str
    images: list[Picture]
    minutes: int
    likes: int
    comments: int
    created_at: datetime
    updated_at: datetime


class Article(ArticleSummary):
    """An article as it is read; `content_html` is safe to show."""

    content: str
    content_html: str
    liked_by_me: bool
    comments_closed: bool


class Articles(Schema):
    next: str | None
    previous: str | None
    results: list[ArticleSummary]


class NewComment(Schema):
    """A comment on an article, or with `parent` an answer to one. Guests give an e-mail address; it is never shown."""

    post: Id
    parent: Id | None = None
    text: Annotated[Text, Field(max_length=LONGEST_COMMENT)]
    email: Annotated[Text, Field(max_length=LONGEST_EMAIL)] = ""
    name: Annotated[Text, Field(max_length=LONGEST_NAME)] = ""


class CommentChange(Schema):
    is_hidden: bool


class CommentOut(Schema):
    """A comment; one that is gone keeps its place under the answers to it, without its words."""

    id: int
    post: int
    parent: int | None
    depth: int
    author: str | None = Field(description="A username; null for guests.")
    name: str
    text: str
    email: str | None = Field(description="A guest's: for the page's owner and moderators alone.")
    is_confirmed: bool
    is_hidden: bool
    is_gone: bool
    created_at: datetime


class CommentThread(CommentOut):
    """A comment on the article itself, with everything said to it, in the order in which it is read."""

    replies: list[CommentOut]


class Comments(Schema):
    next: str | None
    previous: str | None
    results: list[CommentOut]


class Threads(Schema):
    next: str | None
    previous: str | None
    results: list[CommentThread]


def shown_picture(image: PostImage) -> dict[str, Any]:
    """A picture, by its addresses."""
    addresses = {"image": image.image_url, "thumbnail": image.small_url, "medium": image.medium_url}
    whole = {name: settings.SITE_URL + address for name, address in addresses.items()}
    return {"id": image.pk, **whole, "width": image.width, "height": image.height, "alt": image.alt}


def shown_summary(post: Post) -> dict[str, Any]:
    """An article in a list; it comes from `for_articles`."""
    return {
        "id": post.pk,
        "url": settings.SITE_URL + post.get_absolute_url(),
        "page": post.page.handle,
        "page_name": post.page.name,
        "title": post.title,
        "excerpt": post.content,
        "images": [shown_picture(image) for image in post.images.all()],
        "minutes": post.article.minutes,
        "likes": post.likes_count,
        "comments": post.comments_count,
        "created_at": post.created_at,
        "updated_at": post.updated_at,
    }


def shown_article(post: Post) -> dict[str, Any]:
    """An article as it is read; it comes from `for_articles`."""
    return shown_summary(post) | {
        "content": post.article.content,
        "content_html": illustrated(post.article.html, post.images.all()),
        "liked_by_me": post.liked_by_me,
        "comments_closed": post.comments_closed,
    }


def shown_comment(comment: Comment, viewer: Person, *, is_gone: bool = False) -> dict[str, Any]:
    """A comment, as this person sees it."""
    sees_email = bool(comment.email) and can_see_email(viewer, comment)
    words = {
        "author": comment.author.username if comment.author else None,
        "name": comment.writer,
        "text": comment.text,
        "email": comment.email if sees_email else None,
    }
    return {
        "id": comment.pk,
        "post": comment.post_id,
        "parent": comment.parent_id,
        "depth": comment.depth,
        **({"author": None, "name": "", "text": "", "email": None} if is_gone else words),
        "is_confirmed": comment.is_confirmed,
        "is_hidden": comment.is_hidden and not is_gone,
        "is_gone": is_gone,
        "created_at": comment.created_at,
    }


def shown_thread(top: Comment, answers: Iterable[Comment], viewer: Person) -> dict[str, Any]:
    """A thread; its comments come from `placed`."""
    replies = [shown_comment(answer, viewer, is_gone=not answer.is_shown) for answer in answers]
    return shown_comment(top, viewer, is_gone=not top.is_shown) | {"replies": replies}
