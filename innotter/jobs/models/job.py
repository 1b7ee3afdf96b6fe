"""A job: something that is to be done, and how far it has come."""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import User
from innotter.jobs.registry import LONGEST_TARGET
from innotter.text.fields import DataField, LineField, ProseField
from innotter.text.words import understood, words_in
from telemetry import context

LONGEST_NAME = 120
LONGEST_DESCRIPTION = 5000
LONGEST_KIND = 50
LONGEST_KEY = 100
MOST_URGENT = 10

#: What jobs are found by.
WORDS = words_in(models.F("name"), weight="A")
CURRENCY_LETTERS = 3

is_currency = RegexValidator(r"\A[A-Z]{3}\Z", _("Write the currency as three capital letters, such as EUR."))


def _is_on_market() -> Q:
    return Q(open_to_bids=True, status=Job.Status.PENDING, owner__is_blocked=False)


class JobQuerySet(models.QuerySet["Job"]):
    def of(self, owner: User) -> Self:
        """The jobs that this person has submitted: theirs to see and to manage, and nobody else's."""
        return self.filter(owner=owner)

    def assigned_to(self, person: User) -> Self:
        return self.filter(assignee=person)

    def on_market(self) -> Self:
        """Open to bids."""
        return self.filter(_is_on_market())

    def readable_by(self, viewer: User | AnonymousUser) -> Self:
        """One's own, those one has or has bid for, and those that are open to bids. Others are not there."""
        if not isinstance(viewer, User):
            return self.none()
        return self.filter(_is_on_market() | Q(owner=viewer) | Q(assignee=viewer) | Q(pk__in=viewer.bids.values("job")))

    def found_by(self, text: str) -> Self:
        """Those whose name has all these words, or words that begin so."""
        query = understood(text)
        return self.annotate(job_words=WORDS).filter(job_words=query) if query else self.none()

    def waiting(self) -> Self:
        """Not begun."""
        return self.filter(status=Job.Status.PENDING)

    def finished(self) -> Self:
        return self.filter(status__in=Job.FINISHED)


class Job(models.Model):
    """Something that the platform does at a time by one of its handlers, or a person who has bid for it."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        IN_PROGRESS = "in_progress", _("In progress")
        COMPLETED = "completed", _("Completed")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    class Notify(models.TextChoices):
        ALWAYS = "always", _("when it has ended")
        FAILURE = "failure", _("only if it fails")
        NEVER = "never", _("never")

    FINISHED: ClassVar[list[Status]] = [Status.COMPLETED, Status.FAILED, Status.CANCELLED]

    #: Without an index of its own, like the assignee: those below begin with it.
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="jobs", db_index=False)
    name = LineField(_("name"), max_length=LONGEST_NAME)
    description = ProseField(_("description"), max_length=LONGEST_DESCRIPTION, blank=True)
    #: The kind of work, by its name in the registry; empty when a person is to do it.
    handler = models.CharField(_("kind"), max_length=LONGEST_KIND, blank=True)
    parameters = DataField(default=dict, blank=True)
    #: What was uploaded to be worked on.
    file = models.FileField(upload_to="job-inputs", blank=True)
    file_name = LineField(max_length=200, blank=True, cuts=True)
    scheduled_time = models.DateTimeField(_("scheduled time"), default=timezone.now)
    #: Among the waiting jobs of its owner, the more urgent come first.
    priority = models.SmallIntegerField(
        _("priority"),
        default=0,
        db_default=0,
        validators=[MinValueValidator(-MOST_URGENT), MaxValueValidator(MOST_URGENT)],
    )
    #: What its owner knows it by: of those that have one, no two wait or run at the same time.
    unique_key = LineField(_("unique key"), max_length=LONGEST_KEY, blank=True, default="", db_default="")
    #: Together with which of its owner's jobs it counts where a limit counts by keys; without one, by its target.
    limit_key = LineField(_("limit key"), max_length=LONGEST_KEY, blank=True, default="", db_default="")
    #: What outside it turns to: the host that an HTTP job asks.
    target = models.CharField(max_length=LONGEST_TARGET, blank=True, default="", db_default="", editable=False)
    #: The longest an attempt may take, in seconds, where its owner wants it shorter than its kind allows.
    time_limit = models.PositiveIntegerField(_("time limit"), null=True, blank=True, validators=[MinValueValidator(1)])
    #: Of which endings its owner is told.
    notify = models.CharField(_("notify"), max_length=7, choices=Notify, default=Notify.ALWAYS, db_default="always")
    #: When it is to be begun: the scheduled time, or after a failure the end of the pause. The queue has the same time.
    due_at = models.DateTimeField(default=timezone.now, editable=False)

    status = models.CharField(_("status"), max_length=15, choices=Status, default=Status.PENDING)
    attempt = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveIntegerField(default=1)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    percent = models.PositiveSmallIntegerField(default=0)
    step = LineField(max_length=200, blank=True, cuts=True)
    #: What went wrong last.
    error = ProseField(blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    #: When the current, or last, attempt began.
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    open_to_bids = models.BooleanField(_("open to bids"), default=False)
    budget = models.DecimalField(
        _("budget"), max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=CURRENCY_LETTERS, blank=True, validators=[is_currency])
    deadline = models.DateTimeField(_("deadline"), null=True, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="assigned_jobs", null=True, blank=True, db_index=False
    )

    #: What it is a run of. Without an index of its own: one below begins with it.
    recurring = models.ForeignKey(
        "jobs.RecurringJob", models.SET_NULL, related_name="runs", null=True, blank=True, db_index=False
    )

    #: Of the request that submitted it, for the log of its runs.
    request_id = models.CharField(max_length=64, blank=True, default=context.current, db_default="", editable=False)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.CheckConstraint(
                condition=Q(handler="", open_to_bids=True) | (~Q(handler="") & Q(open_to_bids=False)),
                name="job_for_handler_or_people",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["pending", "in_progress", "completed", "failed", "cancelled"]),
                name="job_status_known",
            ),
            models.CheckConstraint(
                condition=Q(budget=None, currency="") | (Q(budget__gte=0) & ~Q(currency="")),
                name="job_budget_has_currency",
            ),
            models.CheckConstraint(condition=Q(percent__lte=100), name="job_percent"),
            models.CheckConstraint(
                condition=Q(priority__gte=-MOST_URGENT, priority__lte=MOST_URGENT), name="job_priority_known"
            ),
            models.UniqueConstraint(
                fields=["recurring"], condition=Q(status__in=["pending", "in_progress"]), name="job_one_run_at_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-id"], name="job_newest_of_owner"),
            models.Index(fields=["owner", "status", "-id"], name="job_status_of_owner"),
            models.Index(fields=["owner", "scheduled_time"], name="job_schedule_of_owner"),
            models.Index(fields=["owner", "name"], name="job_names_of_owner"),
            models.Index(fields=["owner", "finished_at"], name="job_finished_of_owner"),
            models.Index(fields=["-id"], condition=Q(open_to_bids=True, status="pending"), name="job_on_market"),
            models.Index(fields=["assignee", "-id"], condition=Q(assignee__isnull=False), name="job_of_assignee"),
            models.Index(fields=["finished_at"], condition=Q(finished_at__isnull=False), name="job_finished"),
            models.Index(fields=["recurring", "-id"], condition=Q(recurring__isnull=False), name="job_run_newest"),
            models.Index(fields=["file"], condition=~Q(file=""), name="job_file"),
            models.Index(fields=["owner", "unique_key", "-id"], condition=~Q(unique_key=""), name="job_key_of_owner"),
            GinIndex(WORDS, name="job_words"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("jobs:job", args=[self.pk])

    @property
    def is_finished(self) -> bool:
        return self.status in self.FINISHED

    @property
    def is_waiting(self) -> bool:
        return self.status == self.Status.PENDING

    @property
    def is_running(self) -> bool:
        return self.status == self.Status.IN_PROGRESS

    @property
    def is_on_market(self) -> bool:
        return self.open_to_bids and self.status == self.Status.PENDING

    @property
    def is_assigned(self) -> bool:
        """A person is at it."""
        return self.open_to_bids and self.is_running

    @property
    def is_retrying(self) -> bool:
        """It has failed, and will be tried again."""
        return self.is_waiting and self.attempt > 0

    @property
    def changes(self) -> bool:
        """Whether there is something to watch."""
        return not self.open_to_bids and not self.is_finished
