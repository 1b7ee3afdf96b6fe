"""Webhooks, and what is sent to them."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import IN_GOOD_STANDING, User
from innotter.outbound.addresses import is_whole_address
from innotter.text.fields import LineField, ProseField
from innotter.webhooks.registry import managing

LONGEST_URL, LONGEST_DESCRIPTION, LONGEST_TYPE = 2000, 200, 100
#: How many webhooks a person has, and a team, and how many types one names.
MOST_WEBHOOKS, MOST_TYPES = 10, 100
#: For how long a secret counts after another has taken its place.
ROTATES_FOR = timedelta(hours=24)
#: For how long the log goes back.
KEPT = timedelta(days=30)
#: Between two attempts, and before the first, of a type that this version does not know.
LONGEST_PAUSE, LONGEST_WAIT = timedelta(days=1), timedelta(minutes=1)
#: The most that is kept of an answer, in bytes.
MOST_ANSWER = 4096


def is_address(url: str) -> None:
    """Refuse what is no http or https address."""
    if not is_whole_address(url):
        raise ValidationError(_("Write the whole address, such as https://example.org/."))


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def readable_by(self, viewer: User | AnonymousUser) -> Self:
        """One's own, and those of the teams that one manages. Others are not there."""
        if not isinstance(viewer, User):
            return self.none()
        return self.filter(Q(owner=viewer, team=None) | Q(team__in=managing().filter(user=viewer).values("team")))

    def of_person(self, person: User) -> Self:
        """Those that somebody has for themself, not for a team."""
        return self.filter(owner=person, team=None)

    def working(self) -> Self:
        """Switched on, by somebody who is in good standing; of a team's, by somebody who may manage the team."""
        owners = Exists(User.objects.filter(IN_GOOD_STANDING, pk=OuterRef("owner")))
        managers = Exists(managing().filter(team=OuterRef("team"), user=OuterRef("owner")))
        return self.filter(owners, Q(team=None) | managers, is_on=True)

    def hearing(self, type_: str) -> Self:
        return self.filter(Q(all_types=True) | Q(types__contains=[type_]))


class Webhook(models.Model):
    """An address that is told of events about the things of a person or of a team."""

    class Off(models.TextChoices):
        GONE = "gone", _("The address answered that it is gone (410).")
        FAILING = "failing", _("Nothing could be delivered for five days.")

    #: Whose it is. Of a team's: who has set it up or taken it over. It works only while they may manage the team.
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="webhooks")
    #: By its name: the app of teams is above this one.
    team = models.ForeignKey("tasks.Team", models.CASCADE, related_name="webhooks", null=True, blank=True)
    url = models.CharField(_("address"), max_length=LONGEST_URL, validators=[is_address])
    description = LineField(_("description"), max_length=LONGEST_DESCRIPTION, blank=True)
    all_types = models.BooleanField(_("all events"), default=False)
    types = ArrayField(models.CharField(max_length=LONGEST_TYPE), verbose_name=_("events"), default=list, blank=True)
    is_on = models.BooleanField(_("switched on"), default=True)
    #: Why it was switched off, where nobody has done it.
    off_reason = models.CharField(max_length=10, choices=Off, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    #: Sealed (`innotter/sealing.py`). The one before still signs, beside it, until its time is over.
    secret = models.TextField(editable=False)
    former_secret = models.TextField(blank=True, editable=False)
    former_until = models.DateTimeField(null=True, editable=False)

    #: Whoever holds the lease sends to it: nobody else. When it had its last turn, and until when it is left alone.
    lease = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    turn_at = models.DateTimeField(default=timezone.now, editable=False)
    paused_until = models.DateTimeField(null=True, editable=False)
    #: Failures in a row, and when the first of them began.
    failures = models.PositiveIntegerField(default=0, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    #: Whether its last answer was long in coming: as with one that fails, others have hands that do not wait for it.
    is_slow = models.BooleanField(default=False, editable=False)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.description or self.url

    def get_absolute_url(self) -> str:
        return reverse("webhooks:webhook", args=[self.pk])


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def waiting(self) -> Self:
        """Neither delivered nor given up."""
        return self.filter(delivered_at=None, failed_at=None)

    def due(self, now: datetime) -> Self:
        """What is to be sent by then; `engine/turns.py` has the same for all webhooks.

        What was never tried waits for a moment at the most, and what is later than any pause was written by a clock
        that has been set back since, or by one that is ahead.
        """
        untried = Q(attempts=0, next_attempt_at__gt=now + LONGEST_WAIT)
        is_due = Q(next_attempt_at__lte=now) | untried | Q(next_attempt_at__gt=now + LONGEST_PAUSE)
        return self.waiting().filter(is_due)


class WebhookDelivery(models.Model):
    """An event on its way to a webhook: what is sent, and what came back. It is the log, too."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Failed")

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    #: `webhook-id`, the same for each attempt.
    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    #: Not a foreign key: events may be forgotten sooner than what was sent.
    event_id = models.BigIntegerField()
    type = models.CharField(_("type"), max_length=LONGEST_TYPE)
    body = models.TextField(_("body"))
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    #: When the first of these attempts began: for five days from then on it is tried.
    tried_since = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField(_("next attempt at"), default=timezone.now)
    #: Of the last attempt: the status of the answer, the beginning of its body, what went wrong, and how long it took.
    status_code = models.PositiveSmallIntegerField(_("status"), null=True)
    answer = models.TextField(_("answer"), blank=True)
    error = ProseField(_("last error"), blank=True)
    milliseconds = models.PositiveIntegerField(_("duration"), null=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True)
    failed_at = models.DateTimeField(_("given up at"), null=True)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints = [
            models.UniqueConstraint(fields=["webhook", "event_id"], name="webhook_delivery_once"),
            models.CheckConstraint(
                condition=Q(delivered_at=None) | Q(failed_at=None), name="webhook_delivery_ends_one_way"
            ),
        ]
        indexes = [
            models.Index(
                fields=["webhook", "next_attempt_at"],
                condition=Q(delivered_at=None, failed_at=None),
                name="webhook_delivery_waiting",
            ),
            models.Index(fields=["webhook", "-id"], name="webhook_delivery_newest"),
            models.Index(fields=["created_at"], name="webhook_delivery_age"),
        ]

    def __str__(self) -> str:
        return f"{self.type} → {self.webhook_id}"

    @property
    def status(self) -> Status:
        if self.delivered_at:
            return self.Status.DELIVERED
        return self.Status.FAILED if self.failed_at else self.Status.WAITING
