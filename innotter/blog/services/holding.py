"""Keeping a post in place while something is hung on it."""

from django.utils.translation import gettext_lazy as _

from innotter.blog.models import Post
from innotter.errors import Conflict


def hold(*, post: Post) -> None:
    """Lock a post until the transaction ends: nobody deletes it meanwhile. Refuses one that is gone by now."""
    if not Post.objects.select_for_update(no_key=True).filter(pk=post.pk).values("pk"):
        raise Conflict(_("This post is gone."))
