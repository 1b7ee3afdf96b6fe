"""What follows from what happens to posts and comments."""

from innotter.blog.subscribers import comments, pages, posts

__all__ = ["comments", "pages", "posts"]
