"""E-mails on their way, and the local mailbox in which they land where no mail server is set."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.text.addresses import EmailField
from innotter.text.fields import LineField, ProseField

#: What is noted of an e-mail that is not wanted any more.
WITHDRAWN = "withdrawn"
#: Between two attempts to send an e-mail.
LONGEST_PAUSE = timedelta(hours=1)


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def due(self) -> Self:
        """Not sent yet, and to be tried now."""
        now = timezone.now()
        # What was never tried waits for nothing, and what is later than any pause was written by a clock that has been
        # set back since, or by one that is ahead.
        is_due = Q(next_attempt_at__lte=now) | Q(attempts=0) | Q(next_attempt_at__gt=now + LONGEST_PAUSE)
        return self.waiting().filter(is_due)

    def waiting(self) -> Self:
        """Not sent yet, and not given up."""
        return self.filter(sent_at=None, failed_at=None)

    def given_up(self) -> Self:
        """Never sent: refused, or its server was away for too long."""
        return self.filter(failed_at__isnull=False).exclude(error=WITHDRAWN)


class OutgoingMail(models.Model):
    """An e-mail to one person. Its text is dropped once it is sent."""

    #: Why it is sent: written twice for the same reason, it is sent once.
    key = models.CharField(max_length=200, unique=True)
    to = EmailField(_("to"))
    subject = LineField(_("subject"), max_length=250, cuts=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField("HTML", blank=True)
    #: Where its reader says, with one click, that they want no more of the kind; empty for what one cannot refuse.
    unsubscribe_url = models.URLField(max_length=500, blank=True, default="", db_default="")
    #: What it tells of, for whoever says whether its reader may still read it; nothing where that cannot change.
    about = models.JSONField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("written at"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    failed_at = models.DateTimeField(_("given up at"), null=True, blank=True)
    error = ProseField(_("last error"), blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing e-mail")
        verbose_name_plural = _("outgoing e-mails")
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(sent_at=None, failed_at=None),
                name="outgoing_mail_waiting",
            ),
            models.Index(fields=["created_at"], name="outgoing_mail_age"),
            models.Index(
                fields=["failed_at"],
                condition=models.Q(failed_at__isnull=False) & ~models.Q(error=WITHDRAWN),
                name="outgoing_mail_given_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"


class MailboxMessage(models.Model):
    """An e-mail in the local mailbox."""

    message_id = models.CharField(max_length=250, unique=True)
    to = EmailField(_("to"), db_index=True)
    subject = LineField(_("subject"), max_length=250, cuts=True)
    text = models.TextField(_("text"))
    html = models.TextField("HTML", blank=True)
    sent_at = models.DateTimeField(_("sent at"), default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"
