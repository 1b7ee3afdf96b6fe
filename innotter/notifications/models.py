"""Notifications, and who wants which."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import User
from innotter.notifications.kinds import Kind


class NotificationQuerySet(models.QuerySet["Notification"]):
    def of(self, recipient: User) -> Self:
        return self.filter(recipient=recipient)

    def unread(self) -> Self:
        return self.filter(read_at=None)


class Notification(models.Model):
    """Somebody is told of something. It holds no words: they are found when it is shown, if they may still be read."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=20, choices=Kind)
    #: The id of what it is about; its kind says whether that is a page, a post or a decision.
    subject_id = models.BigIntegerField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", null=True)
    #: How many of the same have been put together: likes of one post. Some may have been taken back since.
    count = models.PositiveIntegerField(default=1)
    event_id = models.BigIntegerField()
    #: When the first and, in `created_at`, the last of what has been put together was done, where that can be asked
    #: for: who of them stands is asked when it is shown.
    since = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    read_at = models.DateTimeField(_("read at"), null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.UniqueConstraint(fields=["event_id", "recipient"], name="notification_once_per_event_and_person"),
            models.CheckConstraint(condition=Q(count__gt=0), name="notification_counts_something"),
        ]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notification_newest"),
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="notification_unread"),
            models.Index(fields=["subject_id", "kind"], name="notification_subject"),
            models.Index(fields=["created_at"], name="notification_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient_id}"


class Preference(models.Model):
    """A person's own choice for a kind; without one, the usual holds."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notification_preferences")
    kind = models.CharField(max_length=20, choices=Kind)
    in_app = models.BooleanField(_("in the app"))
    by_email = models.BooleanField(_("by e-mail"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="preference_once_per_kind")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind}"
