"""Hashtags."""

from django.db import models
from django.urls import reverse

from innotter.blog.models.post import Post
from innotter.pages.models import Tag


def address_of_hashtag(name: str) -> str:
    """Where a hashtag leads."""
    return reverse("blog:hashtag", args=[name])


class Hashtag(models.Model):
    """A post carries a tag."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="hashtags")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="hashtags", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "post"], name="hashtag_once")]

    def __str__(self) -> str:
        return f"#{self.tag}"
