"""What posts are found by."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from innotter.blog.models.post import Post


class PostWords(models.Model):
    """The words that a post is found by: those of its text, and before them those of an article's title.

    Two columns of its post stand here, too, so that a search walks back through the newest of a kind in one index.
    """

    post = models.OneToOneField(Post, models.CASCADE, primary_key=True, related_name="words")
    vector = SearchVectorField()
    is_article = models.BooleanField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            GinIndex(fields=["vector"], name="post_words"),
            models.Index(fields=["is_article", "-created_at", "-post"], name="post_words_newest"),
        ]

    def __str__(self) -> str:
        return str(self.post)
