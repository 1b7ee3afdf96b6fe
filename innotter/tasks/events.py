"""What happens to teams and tasks."""

from dataclasses import dataclass

from innotter.events.domain import DomainEvent


@dataclass(frozen=True, kw_only=True)
class TeamInvited(DomainEvent):
    """Somebody is invited into a team."""

    type = "innotter.team.invited"
    about = "team_id"
    team_id: int
    invitation_id: int


@dataclass(frozen=True, kw_only=True)
class TeamJoined(DomainEvent):
    """Somebody is in a team from now on."""

    type = "innotter.team.joined"
    about = "team_id"
    team_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class TeamLeft(DomainEvent):
    """Somebody has left a team, or was removed from it."""

    type = "innotter.team.left"
    about = "team_id"
    team_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class TaskCreated(DomainEvent):
    """A team has a new task."""

    type = "innotter.task.created"
    about = "task_id"
    task_id: int
    team_id: int
    creator_id: int
    status: str
    priority: int
    due_date: str | None
    is_archived: bool
    assignee_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class TaskChanged(DomainEvent):
    """Something about a task has changed: what, says the history from this change on."""

    type = "innotter.task.changed"
    about = "task_id"
    task_id: int
    team_id: int
    change_id: int
    status: str
    priority: int
    due_date: str | None
    is_archived: bool
    assignee_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class TaskAssigned(DomainEvent):
    """Somebody is to do a task."""

    type = "innotter.task.assigned"
    about = "task_id"
    task_id: int
    team_id: int
    assignee_id: int
    change_id: int


@dataclass(frozen=True, kw_only=True)
class TaskCommented(DomainEvent):
    """Somebody says something about a task."""

    type = "innotter.task.commented"
    about = "task_id"
    task_id: int
    team_id: int
    comment_id: int
    author_id: int


@dataclass(frozen=True, kw_only=True)
class TaskDueSoon(DomainEvent):
    """A task is due tomorrow, and not done."""

    type = "innotter.task.due_soon"
    about = "task_id"
    task_id: int
    team_id: int


@dataclass(frozen=True, kw_only=True)
class TaskOverdue(DomainEvent):
    """The day on which a task was due is over, and it is not done."""

    type = "innotter.task.overdue"
    about = "task_id"
    task_id: int
    team_id: int


@dataclass(frozen=True, kw_only=True)
class TaskEscalated(DomainEvent):
    """A task of high priority is overdue and has become urgent."""

    type = "innotter.task.escalated"
    about = "task_id"
    task_id: int
    team_id: int


@dataclass(frozen=True, kw_only=True)
class TaskDeleted(DomainEvent):
    """A task is gone for good."""

    type = "innotter.task.deleted"
    about = "task_id"
    task_id: int
    team_id: int
