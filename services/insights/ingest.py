"""What an event tells this service. Pure: the same event always says the same."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import ValidationError

from services.contract.events import Envelope, Unreadable, reason_of
from services.insights import schemas

OPEN = {"backlog", "todo", "in_progress", "in_review"}


@dataclass(frozen=True)
class MemberIs:
    """Whether somebody is in a team."""

    team_id: int
    user_id: int
    is_member: bool


@dataclass(frozen=True)
class TaskIs:
    """How a task is now."""

    task_id: int
    team_id: int
    creator_id: int | None
    status: str
    priority: int
    due_date: date | None
    is_archived: bool
    assignee_ids: list[int]

    @property
    def is_open(self) -> bool:
        return self.status in OPEN and not self.is_archived


@dataclass(frozen=True)
class TaskIsGone:
    task_id: int
    team_id: int


@dataclass(frozen=True)
class JobIs:
    """How a job is now; what an event does not say is None."""

    job_id: int
    owner_id: int
    status: str
    handler: str | None = None
    attempts: int = 0
    milliseconds: int | None = None
    is_begin: bool = False
    is_end: bool = False


@dataclass(frozen=True)
class Did:
    """Somebody did something, in a team or (0) outside of any."""

    user_id: int
    kind: str
    team_id: int = 0


Fact = MemberIs | TaskIs | TaskIsGone | JobIs | Did


@dataclass(frozen=True)
class News:
    """What an event tells, with where it stands in the order of things."""

    event_id: str
    sequence: int
    at: datetime
    fact: Fact


def news_of(event: Envelope) -> News | None:
    """What an event tells; None for a type that this service does not look at."""
    if event.type not in _READERS:
        return None
    schema, reader = _READERS[event.type]
    try:
        fact = reader(schema.model_validate(event.data))
    except ValidationError as error:
        raise Unreadable(f"{event.type}: {reason_of(error)}", event.model_dump_json().encode()) from None
    return News(event.id, event.sequence, event.time, fact)


def _member(*, is_member: bool) -> Callable[[schemas.Membership], Fact]:
    return lambda said: MemberIs(said.team_id, said.user_id, is_member)


def _task(said: schemas.TaskState) -> Fact:
    return TaskIs(**said.model_dump())


def _task_gone(said: schemas.TaskDeleted) -> Fact:
    return TaskIsGone(said.task_id, said.team_id)


def _commented(said: schemas.TaskCommented) -> Fact:
    return Did(said.author_id, "commented", said.team_id)


def _liked(said: schemas.PostLiked) -> Fact:
    return Did(said.user_id, "liked")


def _followed(said: schemas.PageFollowed) -> Fact:
    return Did(said.follower_id, "followed")


def _submitted(said: schemas.JobSubmitted) -> Fact:
    return JobIs(said.job_id, said.owner_id, "submitted", handler=said.handler, is_begin=True)


def _job_is(status: str, *, is_end: bool) -> Callable[[schemas.JobChanged], Fact]:
    return lambda said: JobIs(said.job_id, said.owner_id, status, is_end=is_end)


def _job_ended(status: str) -> Callable[[schemas.JobEnded], Fact]:
    return lambda said: JobIs(
        said.job_id, said.owner_id, status, said.handler, said.attempts, said.milliseconds, is_end=True
    )


_READERS: dict[str, tuple[type[schemas.Fact], Callable[[Any], Fact]]] = {
    "innotter.team.joined": (schemas.Membership, _member(is_member=True)),
    "innotter.team.left": (schemas.Membership, _member(is_member=False)),
    "innotter.task.created": (schemas.TaskState, _task),
    "innotter.task.changed": (schemas.TaskState, _task),
    "innotter.task.deleted": (schemas.TaskDeleted, _task_gone),
    "innotter.task.commented": (schemas.TaskCommented, _commented),
    "innotter.post.liked": (schemas.PostLiked, _liked),
    "innotter.page.followed": (schemas.PageFollowed, _followed),
    "innotter.job.submitted": (schemas.JobSubmitted, _submitted),
    "innotter.job.retried": (schemas.JobChanged, _job_is("submitted", is_end=False)),
    "innotter.job.cancelled": (schemas.JobChanged, _job_is("cancelled", is_end=True)),
    "innotter.job.completed": (schemas.JobEnded, _job_ended("completed")),
    "innotter.job.failed": (schemas.JobEnded, _job_ended("failed")),
}

#: The types that are looked at, each with what is read of its data.
ACCEPTED = {type_: schema for type_, (schema, _reader) in _READERS.items()}
