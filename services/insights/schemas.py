"""What this service reads of events, and of requests."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.contract.events import Line
from services.insights.words import Language

Id = Annotated[int, Field(ge=1, lt=2**63)]
Status = Literal["backlog", "todo", "in_progress", "in_review", "done", "cancelled"]

#: The longest span that is looked at, in days.
LONGEST_SPAN = 400


class Fact(BaseModel):
    """The part of an event that this service wants; more may come with it."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Membership(Fact):
    team_id: Id
    user_id: Id


class TaskState(Fact):
    task_id: Id
    team_id: Id
    status: Status
    priority: int = Field(ge=0, le=4)
    due_date: date | None
    is_archived: bool
    assignee_ids: list[Id]
    creator_id: Id | None = None


class TaskDeleted(Fact):
    task_id: Id
    team_id: Id


class TaskCommented(Fact):
    team_id: Id
    author_id: Id


class PostLiked(Fact):
    user_id: Id


class PageFollowed(Fact):
    follower_id: Id


class JobSubmitted(Fact):
    job_id: Id
    owner_id: Id
    handler: Line = Field(max_length=50)


class JobChanged(Fact):
    job_id: Id
    owner_id: Id


class JobEnded(JobSubmitted):
    attempts: int = Field(ge=0, lt=2**31)
    milliseconds: int = Field(ge=0, lt=2**63)


class Span(BaseModel):
    """Days, both ends included."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    since: date = Field(alias="from")
    until: date = Field(alias="to")

    @model_validator(mode="after")
    def is_a_span(self) -> Self:
        """Refuse what ends before it begins, or goes on for ever."""
        if not 0 <= (self.until - self.since).days <= LONGEST_SPAN:
            raise ValueError(f"choose a first and a last day, at most {LONGEST_SPAN} days apart")
        return self


#: Of one line; a null character fits into no database.
Name = Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]*$")]


class Labels(BaseModel):
    """What things are called, and in which language: this service knows numbers only."""

    model_config = ConfigDict(extra="forbid")

    team: Name = ""
    language: Language = "en"
    people: dict[Id, Name] = Field(default_factory=dict, max_length=1000)


class ReportWish(Span):
    """A report that somebody wants."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    team: Id
    labels: Labels = Labels(team="")
