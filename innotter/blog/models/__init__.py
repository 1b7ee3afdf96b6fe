"""What is written on pages, and who likes it."""

from innotter.blog.models.announcement import Announcement
from innotter.blog.models.article import ArticleText, Draft
from innotter.blog.models.comment import Comment
from innotter.blog.models.hashtag import Hashtag
from innotter.blog.models.image import PostImage
from innotter.blog.models.imported import ImportedFile
from innotter.blog.models.like import Like
from innotter.blog.models.post import Post
from innotter.blog.models.words import PostWords

__all__ = [
    "Announcement",
    "ArticleText",
    "Comment",
    "Draft",
    "Hashtag",
    "ImportedFile",
    "Like",
    "Post",
    "PostImage",
    "PostWords",
]
