"""Keeping a post in place while something is hung on it."""

from innotter import rows
from innotter.blog.models import Post


def hold(*, post: Post) -> Post:
    """Return a post as it is now, with its page and what it replies to; it is there until the transaction ends."""
    return rows.hold(Post.objects.select_related("page__owner", "reply_to__page"), post.pk)
