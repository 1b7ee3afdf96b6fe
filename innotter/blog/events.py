"""What happens to posts."""

from dataclasses import dataclass

from innotter.events.domain import DomainEvent


@dataclass(frozen=True, kw_only=True)
class PostPublished(DomainEvent):
    """Something new stands on a page."""

    type = "innotter.post.published"
    about = "post_id"
    post_id: int
    page_id: int


@dataclass(frozen=True, kw_only=True)
class PostEdited(DomainEvent):
    """A post has another text."""

    type = "innotter.post.edited"
    about = "post_id"
    post_id: int
    page_id: int


@dataclass(frozen=True, kw_only=True)
class PostDeleted(DomainEvent):
    """A post is gone."""

    type = "innotter.post.deleted"
    about = "post_id"
    post_id: int
    page_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class PostLiked(DomainEvent):
    """Somebody likes a post."""

    type = "innotter.post.liked"
    about = "post_id"
    post_id: int
    page_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class PostUnliked(DomainEvent):
    """Somebody has taken a like back."""

    type = "innotter.post.unliked"
    about = "post_id"
    post_id: int
    page_id: int
    user_id: int
