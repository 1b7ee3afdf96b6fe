"""A task, and what belongs to it."""

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import IN_GOOD_STANDING, User
from innotter.tasks.models.team import Label, Team
from innotter.text.fields import DataField, LineField, ProseField
from innotter.text.words import understood, words_in

LONGEST_TITLE = 200
LONGEST_DESCRIPTION = 20_000
LARGEST_METADATA = 10_000

#: What tasks are found by.
WORDS = words_in(F("title"), weight="A") + words_in(F("description"), weight="B")


def today() -> date:
    """The day by which tasks are due and weeks end: that of the installation's own time zone, for everybody.

    A team shares its board; in each member's own zone a task would be overdue for some and not for others.
    """
    return timezone.localdate(timezone=timezone.get_default_timezone())


class TaskQuerySet(models.QuerySet["Task"]):
    def readable_by(self, viewer: User | AnonymousUser) -> Self:
        """The tasks of the teams that somebody is in. Others are not there."""
        if not isinstance(viewer, User):
            return self.none()
        return self.filter(team__in=Team.objects.of(viewer))

    def assigned_to(self, person: User) -> Self:
        return self.filter(pk__in=TaskAssignment.objects.filter(user=person).values("task"))

    def falling_to(self, person: User) -> Self:
        """Those that somebody is to do: who has them or, as long as nobody of the team does, who has made them.

        Who is blocked does nothing.
        """
        had = TaskAssignment.objects.filter(task=OuterRef("pk"), user__in=User.objects.filter(IN_GOOD_STANDING))
        had = had.filter(user__memberships__team=OuterRef("team"))
        return self.filter(Exists(had.filter(user=person)) | ~Exists(had) & Q(creator=person))

    def active(self) -> Self:
        """Not put away."""
        return self.filter(archived_at=None)

    def unfinished(self) -> Self:
        """Still to be done."""
        return self.active().exclude(status__in=Task.FINISHED)

    def overdue(self) -> Self:
        """Still to be done, though its day is over."""
        return self.unfinished().filter(due_date__lt=today())

    def found_by(self, text: str) -> Self:
        """Those whose title and description have all these words, or words that begin so."""
        query = understood(text)
        return self.annotate(task_words=WORDS).filter(task_words=query) if query else self.none()


class Task(models.Model):
    """Something that a team wants done."""

    class Status(models.TextChoices):
        BACKLOG = "backlog", _("Backlog")
        TODO = "todo", _("To do")
        IN_PROGRESS = "in_progress", _("In progress")
        IN_REVIEW = "in_review", _("In review")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    class Priority(models.IntegerChoices):
        NONE = 0, _("None")
        LOW = 1, _("Low")
        MEDIUM = 2, _("Medium")
        HIGH = 3, _("High")
        URGENT = 4, _("Urgent")

    FINISHED: ClassVar[list[Status]] = [Status.DONE, Status.CANCELLED]

    team = models.ForeignKey(Team, models.CASCADE, related_name="tasks", verbose_name=_("team"))
    number = models.PositiveIntegerField(editable=False)
    title = LineField(_("title"), max_length=LONGEST_TITLE)
    description = ProseField(_("description"), max_length=LONGEST_DESCRIPTION, blank=True)
    status = models.CharField(_("status"), max_length=15, choices=Status, default=Status.TODO)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.NONE)
    #: Where it stands in its column: between any two places there is another (`fractional_index.py`).
    place = models.TextField(db_collation="C", editable=False)
    due_date = models.DateField(_("due date"), null=True, blank=True)
    estimated_hours = models.DecimalField(
        _("estimated hours"), max_digits=7, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    actual_hours = models.DecimalField(
        _("actual hours"), max_digits=7, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="created_tasks", null=True)
    parent = models.ForeignKey("self", models.SET_NULL, related_name="subtasks", null=True, blank=True)
    metadata = DataField(_("metadata"), default=dict, blank=True)
    assignees = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="TaskAssignment", through_fields=("task", "user"), related_name="tasks"
    )
    labels = models.ManyToManyField(Label, related_name="tasks")
    watchers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="watched_tasks")
    #: The job, open to bids, that it was turned into.
    job = models.OneToOneField("jobs.Job", models.SET_NULL, related_name="task", null=True, editable=False)
    archived_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    done_at = models.DateTimeField(null=True, editable=False)
    #: Goes up with every change.
    version = models.PositiveIntegerField(default=1, editable=False)
    #: For which due date its people have been told, and reminded, and it was made urgent.
    overdue_told_for = models.DateField(null=True, editable=False)
    reminded_for = models.DateField(null=True, editable=False)
    escalated_for = models.DateField(null=True, editable=False)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.UniqueConstraint(fields=["team", "number"], name="task_number_once_per_team"),
            models.CheckConstraint(
                condition=Q(status__in=["backlog", "todo", "in_progress", "in_review", "done", "cancelled"]),
                name="task_status_known",
            ),
            models.CheckConstraint(condition=Q(priority__lte=4), name="task_priority_known"),
            models.CheckConstraint(condition=~Q(parent=F("pk")), name="task_not_its_own_parent"),
        ]
        indexes = [
            models.Index(fields=["team", "status", "place"], condition=Q(archived_at=None), name="task_board"),
            models.Index(fields=["team", "-id"], name="task_newest"),
            models.Index(fields=["team", "-updated_at"], name="task_changed"),
            models.Index(fields=["team", "priority"], name="task_priority"),
            models.Index(fields=["team", "title"], name="task_title"),
            models.Index(fields=["team", "due_date"], condition=Q(due_date__isnull=False), name="task_calendar"),
            models.Index(
                fields=["due_date"],
                condition=Q(due_date__isnull=False, archived_at=None) & ~Q(status__in=["done", "cancelled"]),
                name="task_due",
            ),
            models.Index(fields=["team", "done_at"], condition=Q(done_at__isnull=False), name="task_velocity"),
            models.Index(fields=["archived_at"], condition=Q(archived_at__isnull=False), name="task_archived"),
            GinIndex(WORDS, name="task_words"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("tasks:task", args=[self.pk])

    @property
    def key(self) -> str:
        """As people call it: WEB-42."""
        return key_of(self.team.key, self.number)

    @property
    def is_finished(self) -> bool:
        return self.status in self.FINISHED

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def is_overdue(self) -> bool:
        return is_late(due_date=self.due_date, status=self.status, on=today())


def is_late(*, due_date: date | None, status: str, on: date) -> bool:
    """Whether a task of this status is still to be done on a day, though the day by which it should be is over."""
    return due_date is not None and due_date < on and status not in Task.FINISHED


def key_of(team: str, number: int) -> str:
    """Of a task of the team with this key."""
    return f"{team}-{number}"


class TaskAssignment(models.Model):
    """Somebody is to do a task."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="assignments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="task_assignments")
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    assigned_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "user"], name="assignment_once")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.task_id} → {self.user_id}"


class Attachment(models.Model):
    """A file that lies with a task."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="attachments")
    file = models.FileField(upload_to="task-files")
    name = LineField(max_length=200, cuts=True)
    size = models.PositiveIntegerField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["file"], name="attachment_file")]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        return reverse("tasks:file", args=[self.task_id, self.pk])


class TimeEntry(models.Model):
    """Time that somebody has spent on a task."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="time_entries")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="time_entries")
    hours = models.DecimalField(_("hours"), max_digits=5, decimal_places=2)
    day = models.DateField(_("day"))
    note = LineField(_("note"), max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(hours__gt=0, hours__lte=24), name="time_entry_hours")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.hours}"
