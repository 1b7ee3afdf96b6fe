"""The outbox: what has happened, and who has heard of it."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """A recorded fact. It is written with the change it tells of, and never altered."""

    type = models.CharField(_("type"), max_length=100)
    subject = models.CharField(_("subject"), max_length=100)
    data = models.JSONField(_("data"))
    occurred_at = models.DateTimeField(_("occurred at"), default=timezone.now)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def __str__(self) -> str:
        return f"{self.type} #{self.pk}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def waiting(self) -> Self:
        """Neither delivered nor given up."""
        return self.filter(delivered_at=None, failed_at=None)

    def due(self) -> Self:
        """What should be tried now."""
        return self.waiting().filter(next_attempt_at__lte=timezone.now())


class Delivery(models.Model):
    """One event on its way to one subscriber."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="deliveries", verbose_name=_("event"))
    sink = models.CharField(_("sink"), max_length=150)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"), default=timezone.now)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    failed_at = models.DateTimeField(_("given up at"), null=True, blank=True)
    error = models.TextField(_("last error"), blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(fields=["event", "sink"], name="delivery_once_per_sink")]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(delivered_at=None, failed_at=None),
                name="delivery_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.sink}"
