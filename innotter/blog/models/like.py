"""Likes."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from innotter.blog.models.post import Post


class Like(models.Model):
    """Somebody likes a post."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="likes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="likes")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="like_once")]
        indexes = [models.Index(fields=["user", "-id"], name="like_newest_of_user")]

    def __str__(self) -> str:
        return f"{self.user} ♥ {self.post_id}"
