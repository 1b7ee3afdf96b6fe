"""Whose the events of posts and comments are: of whoever owns the page that they stand on."""

from innotter.blog import events
from innotter.blog.models import Comment, Post
from innotter.pages.models import Page
from innotter.webhooks.registry import Audience, audience, users

PostEvent = (
    events.PostPublished
    | events.PostEdited
    | events.PostDeleted
    | events.PostRemoved
    | events.PostLiked
    | events.PostUnliked
    | events.CommentPublished
    | events.CommentHidden
    | events.CommentShown
    | events.CommentDeleted
)


@audience(
    events.PostPublished,
    events.PostEdited,
    events.PostDeleted,
    events.PostRemoved,
    events.PostLiked,
    events.PostUnliked,
    events.CommentPublished,
    events.CommentHidden,
    events.CommentShown,
    events.CommentDeleted,
)
def of_owner_of_page(event: PostEvent) -> Audience:
    return users(Page.objects.filter(pk=event.page_id).values_list("owner", flat=True))


@audience(events.CommentWritten)
def of_owner_of_post(event: events.CommentWritten) -> Audience:
    return users(Post.objects.filter(pk=event.post_id).values_list("page__owner", flat=True))


@audience(events.CommentRemoved)
def of_owner_of_comment(event: events.CommentRemoved) -> Audience:
    return users(Comment.objects.filter(pk=event.comment_id).values_list("post__page__owner", flat=True))
