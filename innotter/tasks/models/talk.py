"""What is said about a task."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from innotter.tasks.models.task import Task
from innotter.text.fields import ProseField

LONGEST_COMMENT = 10_000


class TaskComment(models.Model):
    """Something that is said about a task, in Markdown."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="task_comments")
    text = ProseField(max_length=LONGEST_COMMENT)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["task", "id"], name="task_talk")]

    def __str__(self) -> str:
        return self.text[:50]
