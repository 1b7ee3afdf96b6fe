"""What is written on pages, and who likes it."""

from innotter.blog.models.like import Like
from innotter.blog.models.post import Post

__all__ = ["Like", "Post"]
