"""What people do with posts."""

from innotter.blog.services.liking import like_post, unlike_post
from innotter.blog.services.publishing import delete_post, edit_post, publish_post

__all__ = ["delete_post", "edit_post", "like_post", "publish_post", "unlike_post"]
