"""What follows from what happens to posts and comments."""

from innotter.blog.subscribers import comments, posts

__all__ = ["comments", "posts"]
