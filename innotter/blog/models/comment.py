"""Comments on articles."""

from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import ExpressionWrapper, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from innotter.accounts.models import User
from innotter.accounts.models.user import default_language
from innotter.blog.models.post import Post
from innotter.text.addresses import EmailField
from innotter.text.fields import LineField, ProseField

LONGEST_COMMENT = 5000
LONGEST_NAME = 50
#: A guest who has not confirmed by then never will.
TIME_TO_CONFIRM = timedelta(days=3)


def shown_to(viewer: Any) -> Q:
    """Which comments on an article its reader sees: the published; its owner and moderators the hidden, too."""
    exists = Q(confirmed_at__isnull=False, deleted_at=None)
    if isinstance(viewer, User) and viewer.is_moderator:
        return exists
    exists &= Q(author=None) | Q(author__is_blocked=False)
    if isinstance(viewer, User):
        return exists & (Q(hidden_at=None) | Q(author=viewer) | Q(post__page__owner=viewer))
    return exists & Q(hidden_at=None)


class CommentQuerySet(models.QuerySet["Comment"]):
    def readable_by(self, viewer: Any) -> Self:
        """The comments that one sees, on what one may read."""
        return self.filter(shown_to(viewer), post__in=Post.objects.readable_by(viewer))

    def published(self) -> Self:
        """Those that readers see: confirmed, not hidden, not deleted."""
        return self.filter(confirmed_at__isnull=False, hidden_at=None, deleted_at=None)

    def for_reading(self) -> Self:
        """With all that is shown of them."""
        return self.select_related("author", "post__page__owner")

    def placed(self, viewer: Any) -> Self:
        """The confirmed comments on an article that this person reads, each with `is_shown`.

        One that is not shown may have answers that are: then its place is.
        """
        shown = ExpressionWrapper(shown_to(viewer), output_field=models.BooleanField())
        return self.filter(confirmed_at__isnull=False).annotate(is_shown=shown).select_related("author")


class Comment(models.Model):
    """What somebody says about an article: a person with an account, or a guest who has confirmed an e-mail address.

    One that is deleted loses its words and stays as a place, so that what was said to it keeps its own.
    """

    post = models.ForeignKey(Post, models.CASCADE, related_name="comments")
    parent = models.ForeignKey("self", models.CASCADE, related_name="answers", null=True, blank=True)
    #: The comment at the top of its thread; None for that itself.
    root = models.ForeignKey("self", models.CASCADE, related_name="thread", null=True, blank=True, db_index=False)
    depth = models.PositiveIntegerField(default=0, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="comments", null=True, blank=True
    )
    #: What a guest is called, and where the guest was asked to confirm: the page's owner and moderators alone see it.
    name = LineField(pgettext_lazy("of a person", "name"), max_length=LONGEST_NAME, blank=True)
    email = EmailField(_("e-mail address"), blank=True)
    language = models.CharField(max_length=5, default=default_language, editable=False)
    wants_mail = models.BooleanField(default=True, editable=False)
    text = ProseField(_("text"), max_length=LONGEST_COMMENT, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    #: Whether the viewer sees more of it than its place: set by `placed`.
    is_shown: bool

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            models.CheckConstraint(
                condition=Q(parent=None, root=None, depth=0) | Q(parent__isnull=False, root__isnull=False, depth__gt=0),
                name="comment_place_in_its_thread",
            ),
            models.CheckConstraint(condition=Q(author=None) | Q(email=""), name="comment_of_account_or_guest"),
        ]
        indexes = [
            models.Index(fields=["post", "id"], condition=Q(parent=None), name="comment_top_of_post"),
            models.Index(fields=["root", "id"], condition=Q(root__isnull=False), name="comment_of_thread"),
            models.Index(fields=["email"], condition=~Q(email=""), name="comment_of_guest"),
            models.Index(fields=["created_at"], condition=Q(confirmed_at=None), name="comment_unconfirmed"),
        ]

    def __str__(self) -> str:
        return Truncator(self.text).chars(60)

    def get_absolute_url(self) -> str:
        return reverse("blog:comment", args=[self.pk])

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def is_hidden(self) -> bool:
        return self.hidden_at is not None

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None

    @property
    def writer(self) -> str:
        """What the one who wrote it is called."""
        return str(self.author) if self.author else self.name or str(_("A guest"))
