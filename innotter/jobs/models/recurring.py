"""A recurring job: something that the platform does again and again."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import User
from innotter.accounts.models.user import is_time_zone, zone_named
from innotter.jobs.models.job import LONGEST_KIND, LONGEST_NAME, Job
from innotter.jobs.schedules import LONGEST_EXPRESSION, SHOWN, Schedule
from innotter.text.fields import DataField, LineField

LONGEST_ZONE = 50


class RecurringJobQuerySet(models.QuerySet["RecurringJob"]):
    def of(self, owner: User) -> Self:
        """A person's own: theirs to see and to manage, and nobody else's."""
        return self.filter(owner=owner)

    def with_last_run(self) -> Self:
        """With the number and the state of the last run."""
        last = Job.objects.filter(recurring=OuterRef("pk")).order_by("-pk")
        return self.annotate(last_job=Subquery(last.values("pk")[:1]), last_status=Subquery(last.values("status")[:1]))


class RecurringJob(models.Model):
    """What is done again and again, and when. Each time, it is submitted as a job of its own: a run."""

    class Missed(models.TextChoices):
        SKIP = "skip", _("skip it")
        ONCE = "once", _("run once, late")

    class Paused(models.TextChoices):
        """Why it is paused, where its owner has not done it."""

        UNREADABLE = "unreadable", _("This version of the site cannot read it. Edit its schedule, then resume it.")

    #: Of a missed policy and of notifications, what holds unless the owner chooses.
    MISSED: ClassVar[Missed] = Missed.SKIP
    NOTIFY: ClassVar[Job.Notify] = Job.Notify.FAILURE

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recurring_jobs", db_index=False)
    name = LineField(_("name"), max_length=LONGEST_NAME)
    handler = models.CharField(_("kind"), max_length=LONGEST_KIND)
    parameters = DataField(default=dict, blank=True)
    expression = models.CharField(_("times"), max_length=LONGEST_EXPRESSION)
    #: Whose wall clock the expression means.
    time_zone = models.CharField(_("time zone"), max_length=LONGEST_ZONE, validators=[is_time_zone])
    #: The last day on which it is done, in that zone.
    until = models.DateField(_("last day"), null=True, blank=True)
    #: What becomes of the times that pass while the platform is down.
    missed = models.CharField(_("missed times"), max_length=4, choices=Missed, default=MISSED)
    #: As on the jobs that are its runs.
    notify = models.CharField(_("notify"), max_length=7, choices=Job.Notify, default=NOTIFY)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_reason = models.CharField(max_length=10, choices=Paused, blank=True, default="", db_default="")
    #: When it is done next. Nothing while it is paused, or when no time is left.
    next_at = models.DateTimeField(null=True, blank=True)
    #: How many times were left out because the run before had not ended.
    skipped = models.PositiveIntegerField(default=0)
    skipped_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)

    objects = RecurringJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("recurring job")
        verbose_name_plural = _("recurring jobs")
        constraints = [
            models.CheckConstraint(condition=Q(paused_at=None) | Q(next_at=None), name="recurring_paused_is_not_due"),
        ]
        indexes = [
            models.Index(fields=["owner", "-id"], name="recurring_newest_of_owner"),
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="recurring_next"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("jobs:recurring-job", args=[self.pk])

    @property
    def schedule(self) -> Schedule:
        return Schedule(self.expression, zone_named(self.time_zone))

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None

    @property
    def is_over(self) -> bool:
        """There are no more runs."""
        return self.next_at is None and not self.is_paused

    @property
    def last_status_label(self) -> str:
        """How the last run stands, in words; of rows that were read `with_last_run`."""
        status: str | None = getattr(self, "last_status", None)
        return str(Job.Status(status).label) if status else ""

    def time_after(self, moment: datetime) -> datetime | None:
        """When it is done next after a moment; None if that is after its last day."""
        return self.schedule.after(moment, until=self.until)

    def next_times(self) -> list[datetime]:
        """When it will be done, as far as is shown."""
        if self.next_at is None:
            return []
        following = self.schedule.next_times(self.next_at, until=self.until, count=SHOWN - 1)
        return [self.next_at, *following]
