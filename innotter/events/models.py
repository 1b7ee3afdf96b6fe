"""The outbox: what has happened, and who has heard of it."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.text.fields import ProseField
from telemetry import context

#: Between two attempts to tell a subscriber.
LONGEST_PAUSE = timedelta(hours=1)


class Event(models.Model):
    """A recorded fact. It is written with the change it tells of, and never altered."""

    type = models.CharField(_("type"), max_length=100)
    subject = models.CharField(_("subject"), max_length=100)
    data = models.JSONField(_("data"))
    occurred_at = models.DateTimeField(_("occurred at"), default=timezone.now)
    #: Of the request that it follows from, however many steps there are between.
    request_id = models.CharField(_("request"), max_length=64, blank=True, default=context.current, db_default="")

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def __str__(self) -> str:
        return f"{self.type} #{self.pk}"


class OutgoingQuerySet(models.QuerySet["Outgoing"]):
    def waiting(self) -> Self:
        """What is to be sent, in the order in which it happened."""
        return self.filter(refused_at=None).order_by("event")

    def refused(self) -> Self:
        """What the other side would not take."""
        return self.filter(refused_at__isnull=False)


class Outgoing(models.Model):
    """An event on its way out of the house, to one sink. The row is gone once the sink has taken it."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="outgoing", verbose_name=_("event"))
    sink = models.CharField(_("sink"), max_length=50)
    refused_at = models.DateTimeField(_("refused at"), null=True, blank=True)
    error = ProseField(_("last error"), blank=True)

    objects = OutgoingQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing event")
        verbose_name_plural = _("outgoing events")
        constraints = [models.UniqueConstraint(fields=["sink", "event"], name="outgoing_once_per_sink")]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.sink}"


class Sink(models.Model):
    """How it goes with sending to one of the programs outside. Whoever holds the row is the one who sends."""

    name = models.CharField(_("name"), max_length=50, primary_key=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"), default=timezone.now)
    last_sent_at = models.DateTimeField(_("last sent at"), null=True, blank=True)
    error = ProseField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("sink")
        verbose_name_plural = _("sinks")

    def __str__(self) -> str:
        return self.name


class Heartbeat(models.Model):
    """When those who work on a queue last did what beat asked them to."""

    name = models.CharField(_("name"), max_length=50, primary_key=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def waiting(self) -> Self:
        """Neither delivered nor given up."""
        return self.filter(delivered_at=None, failed_at=None)

    def due(self) -> Self:
        """What should be tried now."""
        now = timezone.now()
        # What was never tried waits for nothing, and what is later than any pause was written by a clock that has been
        # set back since, or by one that is ahead.
        is_due = Q(next_attempt_at__lte=now) | Q(attempts=0) | Q(next_attempt_at__gt=now + LONGEST_PAUSE)
        return self.waiting().filter(is_due)


class Delivery(models.Model):
    """One event on its way to one subscriber."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="deliveries", verbose_name=_("event"))
    sink = models.CharField(_("sink"), max_length=150)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"), default=timezone.now)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    failed_at = models.DateTimeField(_("given up at"), null=True, blank=True)
    error = ProseField(_("last error"), blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(fields=["event", "sink"], name="delivery_once_per_sink")]
        indexes = [
            models.Index(
                # Subscribers take turns: whoever has something to hear is found by steps through the index.
                fields=["sink", "next_attempt_at", "id"],
                condition=Q(delivered_at=None, failed_at=None),
                name="delivery_waiting",
            ),
            models.Index(fields=["failed_at"], condition=Q(failed_at__isnull=False), name="delivery_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.sink}"
