"""What people report to the moderators."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.audit.models import LONGEST_REASON
from innotter.text.fields import ProseField


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> Self:
        """Nobody has decided on it yet. What only another version knows, one to which the site may return, waits."""
        return self.filter(resolved_at=None, subject__in=Report.Subject.values)

    def about(self, subject: str, subject_id: int) -> Self:
        return self.filter(subject=subject, subject_id=subject_id)


class Report(models.Model):
    """Somebody thinks that the moderators should look at this."""

    class Subject(models.TextChoices):
        POST = "post", _("Post")
        COMMENT = "comment", _("Comment")
        PAGE = "page", _("Page")
        USER = "user", _("Person")

    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reports")
    subject = models.CharField(_("about"), max_length=10, choices=Subject)
    subject_id = models.BigIntegerField()
    reason = ProseField(_("reason"), max_length=LONGEST_REASON)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    resolved_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "subject_id", "reporter"],
                condition=models.Q(resolved_at=None),
                name="report_open_once_per_person",
            )
        ]
        indexes = [models.Index(fields=["-id"], condition=models.Q(resolved_at=None), name="report_open")]

    def __str__(self) -> str:
        return f"{self.subject}/{self.subject_id}: {self.reason[:60]}"
