"""What has happened to tasks, and who has not been told by e-mail yet."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from innotter.tasks.models.talk import TaskComment
from innotter.tasks.models.task import Task
from innotter.text.fields import DataField


class TaskHistory(models.Model):
    """One field of a task has changed, from something to something. Written by the services, and never changed."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="history")
    #: Who has done it; nobody, when a rule of the team has, or when they have gone.
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    is_automation = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)
    #: The version of the task that this has made.
    version = models.PositiveIntegerField()
    field = models.CharField(max_length=30)
    before = DataField(null=True)
    after = DataField(null=True)

    class Meta:
        indexes = [models.Index(fields=["task", "version"], name="history_of_task")]

    def __str__(self) -> str:
        return f"{self.task_id} v{self.version}: {self.field}"

    @property
    def new_people(self) -> set[str]:
        """The usernames of those to whom this change has given the task."""
        return set(self.after or ()) - set(self.before or ()) if self.field == "assignees" else set()


class TaskNews(models.Model):
    """A change or a comment that a person is still to be written of, together with what follows soon."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="task_news")
    task = models.ForeignKey(Task, models.CASCADE, related_name="+")
    change = models.ForeignKey(TaskHistory, models.CASCADE, related_name="+", null=True)
    comment = models.ForeignKey(TaskComment, models.CASCADE, related_name="+", null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "change"], name="news_once_per_change"),
            models.UniqueConstraint(fields=["person", "comment"], name="news_once_per_comment"),
        ]
        indexes = [models.Index(fields=["at"], name="news_oldest")]

    def __str__(self) -> str:
        return f"{self.task_id} → {self.person_id}"

    @property
    def is_assignment(self) -> bool:
        """Whether it tells the person that the task is theirs from now on."""
        row = self.change
        return row is not None and (row.field == "created" or self.person.username in row.new_people)


class Summarised(models.Model):
    """For which day of their own a person has had the morning's summary."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", primary_key=True)
    day = models.DateField()

    def __str__(self) -> str:
        return f"{self.person_id}: {self.day}"
