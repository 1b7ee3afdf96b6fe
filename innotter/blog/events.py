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
    kind: str
    #: The page of the post that it replies to.
    answered_page_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class PostEdited(DomainEvent):
    """A post has another text."""

    type = "innotter.post.edited"
    about = "post_id"
    post_id: int
    page_id: int


@dataclass(frozen=True, kw_only=True)
class PostDeleted(DomainEvent):
    """A post is gone, and with it the likes, the replies to it as such, and the comments that readers saw."""

    type = "innotter.post.deleted"
    about = "post_id"
    post_id: int
    page_id: int
    by_id: int
    kind: str
    answered_page_id: int | None
    likes: int
    replies: int
    comments: int


@dataclass(frozen=True, kw_only=True)
class PostRemoved(DomainEvent):
    """A moderator has deleted somebody's post."""

    type = "innotter.post.removed"
    about = "post_id"
    post_id: int
    page_id: int
    action_id: int


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


@dataclass(frozen=True, kw_only=True)
class CommentWritten(DomainEvent):
    """A guest has written a comment, which waits to be confirmed."""

    type = "innotter.comment.written"
    about = "comment_id"
    comment_id: int
    post_id: int


@dataclass(frozen=True, kw_only=True)
class CommentPublished(DomainEvent):
    """A comment can be read from now on."""

    type = "innotter.comment.published"
    about = "comment_id"
    comment_id: int
    post_id: int
    page_id: int
    #: By how many there are more, or fewer, comments that readers see.
    comments_change: int


@dataclass(frozen=True, kw_only=True)
class CommentHidden(DomainEvent):
    """A comment was taken from the eyes of readers."""

    type = "innotter.comment.hidden"
    about = "comment_id"
    comment_id: int
    post_id: int
    page_id: int
    by_id: int
    #: By how many there are more, or fewer, comments that readers see.
    comments_change: int


@dataclass(frozen=True, kw_only=True)
class CommentShown(DomainEvent):
    """A hidden comment can be read again."""

    type = "innotter.comment.shown"
    about = "comment_id"
    comment_id: int
    post_id: int
    page_id: int
    by_id: int
    #: By how many there are more, or fewer, comments that readers see.
    comments_change: int


@dataclass(frozen=True, kw_only=True)
class CommentDeleted(DomainEvent):
    """A comment has lost its words for good."""

    type = "innotter.comment.deleted"
    about = "comment_id"
    comment_id: int
    post_id: int
    page_id: int
    by_id: int
    #: By how many there are more, or fewer, comments that readers see.
    comments_change: int


@dataclass(frozen=True, kw_only=True)
class CommentRemoved(DomainEvent):
    """A moderator has deleted somebody's comment."""

    type = "innotter.comment.removed"
    about = "comment_id"
    comment_id: int
    author_id: int
    action_id: int


@dataclass(frozen=True, kw_only=True)
class PictureAdded(DomainEvent):
    """A picture was uploaded for a post."""

    is_public = False

    type = "innotter.picture.added"
    about = "image_id"
    image_id: int
