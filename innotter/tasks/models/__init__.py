"""Teams, their tasks, and all that belongs to a task."""

from innotter.tasks.models.history import Summarised, TaskHistory, TaskNews
from innotter.tasks.models.talk import TaskComment
from innotter.tasks.models.task import Attachment, Task, TaskAssignment, TaskQuerySet, TimeEntry
from innotter.tasks.models.team import Invitation, Label, Membership, Removal, Team, TeamQuerySet
from innotter.tasks.models.template import TaskTemplate

__all__ = [
    "Attachment",
    "Invitation",
    "Label",
    "Membership",
    "Removal",
    "Summarised",
    "Task",
    "TaskAssignment",
    "TaskComment",
    "TaskHistory",
    "TaskNews",
    "TaskQuerySet",
    "TaskTemplate",
    "Team",
    "TeamQuerySet",
    "TimeEntry",
]
