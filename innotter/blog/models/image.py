"""Pictures in posts."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from innotter.accounts.models import User
from innotter.blog.models.article import Draft
from innotter.blog.models.post import Post
from innotter.text.fields import LineField

LONGEST_ALT = 1000
MOST_IMAGES, MOST_IMAGES_OF_ARTICLE = 4, 200


class PostImageQuerySet(models.QuerySet["PostImage"]):
    def readable_by(self, viewer: Any) -> Self:
        """The pictures in posts that one may read, and in one's own drafts."""
        visible = Q(post__in=Post.objects.readable_by(viewer))
        if isinstance(viewer, User):
            visible |= Q(draft__page__owner=viewer)
        return self.filter(visible)

    def without_sizes(self, *, before: datetime) -> Self:
        """Those that were uploaded before then, and whose other sizes are neither made nor given up."""
        return self.filter(small="", failed_at=None, created_at__lt=before)


class PostImage(models.Model):
    """A picture in a post, or in a draft. Its other sizes are made in the background; until then this one stands in."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="images", null=True, blank=True)
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="images", null=True, blank=True)
    image = models.ImageField(upload_to="posts")
    medium = models.ImageField(upload_to="posts", blank=True, default="", db_default="")
    small = models.ImageField(upload_to="posts", blank=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    #: What it shows, for those who do not see it.
    alt = LineField(max_length=LONGEST_ALT, blank=True)
    #: Of the file that it was imported from: by it, it is known when that comes again.
    digest = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    #: How often its other sizes were tried, and when that was given up.
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    failed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PostImageQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(post=None, draft__isnull=False) | Q(post__isnull=False, draft=None),
                name="post_image_of_post_or_draft",
            )
        ]
        indexes = [
            models.Index(fields=["medium"], condition=~models.Q(medium=""), name="post_image_medium_file"),
            models.Index(fields=["image"], name="post_image_file"),
            models.Index(fields=["small"], condition=~models.Q(small=""), name="post_image_small_file"),
            models.Index(
                fields=["created_at"], condition=models.Q(small="", failed_at=None), name="post_image_without_small"
            ),
        ]

    def __str__(self) -> str:
        return self.alt or str(self.image)

    @property
    def image_url(self) -> str:
        return reverse("blog:image", args=[self.pk, "full"])

    @property
    def medium_url(self) -> str:
        return reverse("blog:image", args=[self.pk, "medium"])

    @property
    def small_url(self) -> str:
        return reverse("blog:image", args=[self.pk, "small"])

    @property
    def is_waiting(self) -> bool:
        """Its other sizes are being made."""
        return not self.small and self.failed_at is None
