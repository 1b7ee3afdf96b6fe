"""What came of a job, attempt by attempt."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.jobs.models.job import Job
from innotter.text.fields import LineField, ProseField


class JobResult(models.Model):
    """How an attempt ended: exactly one for each that has. A person's attempt is what they deliver."""

    class Outcome(models.TextChoices):
        COMPLETED = "completed", _("Completed")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")
        ABANDONED = "abandoned", _("Interrupted")
        DELIVERED = "delivered", _("Delivered")
        RETURNED = "returned", _("Changes requested")

    job = models.ForeignKey(Job, models.CASCADE, related_name="results")
    attempt = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    #: What a person reads of it.
    output = ProseField(blank=True)
    #: What a program reads of it.
    data = models.JSONField(default=dict, blank=True)
    #: Why it failed, or what the owner wants changed.
    error_message = ProseField(blank=True)
    started_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(_("completed at"), default=timezone.now)

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        constraints = [models.UniqueConstraint(fields=["job", "attempt"], name="job_result_once_per_attempt")]
        indexes = [models.Index(fields=["completed_at"], name="job_result_age")]

    def __str__(self) -> str:
        return f"{self.job_id}/{self.attempt}: {self.outcome}"

    @property
    def seconds(self) -> float | None:
        """How long the attempt took; by clocks that are apart, not less than nothing."""
        return max(0.0, (self.completed_at - self.started_at).total_seconds()) if self.started_at else None


class JobFile(models.Model):
    """A file that came of a job."""

    result = models.ForeignKey(JobResult, models.CASCADE, related_name="files")
    file = models.FileField(upload_to="job-results")
    name = LineField(max_length=200, cuts=True)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["file"], name="job_result_file")]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        return reverse("jobs:file", args=[self.pk])


class LogLine(models.Model):
    """What a handler says while it works."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="log")
    attempt = models.PositiveIntegerField()
    text = LineField(max_length=500, cuts=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["job", "id"], name="job_log"), models.Index(fields=["at"], name="job_log_age")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class Effect(models.Model):
    """Something that a job has done for good, and does not do again in its next attempt."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="effects")
    key = models.CharField(max_length=50)
    value = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "key"], name="job_effect_once")]

    def __str__(self) -> str:
        return f"{self.job_id}: {self.key}"
