"""Telling the followers of a new post, portion by portion."""

from django.db import models
from django.utils import timezone

from innotter.blog.models.post import Post


class Announcement(models.Model):
    """How far the telling of a post has come. It goes with its post: then nobody else is told."""

    post = models.OneToOneField(Post, models.CASCADE, related_name="announcement")
    event_id = models.BigIntegerField()
    #: Everybody up to this follow has been told.
    last_follow_id = models.BigIntegerField(default=0)
    touched_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["touched_at"], condition=models.Q(finished_at=None), name="announcement_unfinished")
        ]

    def __str__(self) -> str:
        return f"{self.post_id} → {self.last_follow_id}"
