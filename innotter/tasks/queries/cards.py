"""Cards of a board: what each of them shows, as a value. Two that are equal look alike, so one is rendered for both."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Prefetch
from django.urls import reverse

from innotter.accounts.models import User
from innotter.tasks.models import Label, Task, TaskAssignment, TaskQuerySet
from innotter.tasks.queries.reading import with_counts


class Shown(NamedTuple):
    """A task that is named, by its key and its title."""

    pk: int
    key: str
    title: str

    def get_absolute_url(self) -> str:
        return _address(self.pk)


class Person(NamedTuple):
    """A face, or the letter that stands for it."""

    username: str
    get_full_name: str
    avatar: str

    @property
    def avatar_url(self) -> str:
        return User(avatar=self.avatar).avatar_url

    def __str__(self) -> str:
        return self.get_full_name


class Assigned(NamedTuple):
    user: Person


class Named(NamedTuple):
    name: str


@dataclass(frozen=True)
class Rows:
    """Rows as templates ask a queryset for them."""

    all: tuple[Any, ...]


class Card(NamedTuple):
    """Everything that `tasks/_card.html` asks a task for. What is not here cannot be on a card."""

    pk: int
    key: str
    title: str
    parent: Shown | None
    priority: int
    labels: Rows
    due_date: date | None
    is_overdue: bool
    subtasks_count: int
    subtasks_done: int
    comments_count: int
    assignments: Rows

    def get_absolute_url(self) -> str:
        return _address(self.pk)

    def get_priority_display(self) -> str:
        return str(Task.Priority(self.priority).label)


def for_cards(tasks: TaskQuerySet) -> TaskQuerySet:
    """With what cards show, in a constant number of queries, and without their texts."""
    people = TaskAssignment.objects.select_related("user").order_by("pk")
    return with_counts(
        tasks.select_related("team", "parent__team")
        .only(
            *("number", "title", "priority", "status", "due_date", "place", "team__key"),
            *("parent__number", "parent__title", "parent__team__key"),
        )
        .prefetch_related(
            Prefetch(
                "assignments", people.only("task", "user__username", "user__name", "user__avatar"), to_attr="people"
            ),
            Prefetch("labels", Label.objects.only("name"), to_attr="names"),
        )
    )


def card_of(task: Any) -> Card:
    """The card of a task that was read `for_cards`."""
    people = [row.user for row in task.people]
    faces = [Person(one.username, one.get_full_name(), one.avatar.name or "") for one in people]
    return Card(
        pk=task.pk,
        key=task.key,
        title=task.title,
        parent=_named(task.parent) if task.parent else None,
        priority=task.priority,
        labels=Rows(tuple(Named(label.name) for label in task.names)),
        due_date=task.due_date,
        is_overdue=task.is_overdue,
        subtasks_count=task.subtasks_count,
        subtasks_done=task.subtasks_done,
        comments_count=task.comments_count,
        assignments=Rows(tuple(Assigned(face) for face in faces)),
    )


def _named(task: Task) -> Shown:
    return Shown(task.pk, task.key, task.title)


def _address(pk: int) -> str:
    return reverse("tasks:task", args=[pk])
