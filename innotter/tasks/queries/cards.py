"""Cards of a board and rows of a list: what each shows, as a value.

Two that are equal look alike, so one is rendered for both.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from innotter.accounts.models import User
from innotter.tasks.models import Membership, Task, TaskAssignment, TaskQuerySet
from innotter.tasks.models.task import is_late, key_of, today
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
    user_id: int


class Named(NamedTuple):
    name: str


@dataclass(frozen=True)
class Rows:
    """Rows as templates ask a queryset for them."""

    all: tuple[Any, ...]


class Card(NamedTuple):
    """Everything that `tasks/_card.html` and `tasks/_row.html` ask a task for. What is not here cannot be on a card."""

    pk: int
    team: int
    version: int
    status: str
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

    def get_status_display(self) -> str:
        return str(dict(Task.Status.choices).get(self.status, self.status))

    def get_priority_display(self) -> str:
        return str(Task.Priority(self.priority).label)

    @property
    def had_by(self) -> str:
        """Who has it, as a list sends it."""
        return ",".join(str(row.user_id) for row in self.assignments.all)


#: People of a team that each of its rows offers; a task's page offers all.
MOST_WORKERS = 40

#: What is read of a task, in one row.
_OF_TASK = (
    *("pk", "team", "version", "status", "number", "team__key", "title", "priority", "due_date"),
    *("parent", "parent__number", "parent__team__key", "parent__title"),
    *("subtasks_count", "subtasks_done", "comments_count"),
)


def cards_of(tasks: TaskQuerySet) -> list[Card]:
    """The cards of tasks, in their order: by three queries, without texts and without models.

    A board has 180 of them, for which some 600 objects of models would be made to be thrown away.
    """
    rows = list(with_counts(tasks).values_list(*_OF_TASK, named=True))
    ids = [row.pk for row in rows]
    names, people = _labels_of(ids), _people_of(ids)
    on = today()
    return [
        Card(
            pk=row.pk,
            team=row.team,
            version=row.version,
            status=row.status,
            key=key_of(row.team__key, row.number),
            title=row.title,
            parent=_parent(row),
            priority=row.priority,
            labels=Rows(tuple(names[row.pk])),
            due_date=row.due_date,
            is_overdue=is_late(due_date=row.due_date, status=row.status, on=on),
            subtasks_count=row.subtasks_count,
            subtasks_done=row.subtasks_done,
            comments_count=row.comments_count,
            assignments=Rows(tuple(people[row.pk])),
        )
        for row in rows
    ]


def _parent(row: Any) -> Shown | None:
    if row.parent is None:
        return None
    return Shown(row.parent, key_of(row.parent__team__key, row.parent__number), row.parent__title)


def _labels_of(tasks: list[int]) -> dict[int, list[Named]]:
    rows = Task.labels.through.objects.filter(task__in=tasks).order_by("label__name", "label")
    found: dict[int, list[Named]] = defaultdict(list)
    for task, name in rows.values_list("task", "label__name"):
        found[task].append(Named(name))
    return found


def _people_of(tasks: list[int]) -> dict[int, list[Assigned]]:
    rows = TaskAssignment.objects.filter(task__in=tasks).order_by("pk")
    found: dict[int, list[Assigned]] = defaultdict(list)
    for task, pk, username, name, avatar in rows.values_list("task", "user", *_OF_PERSON):
        found[task].append(Assigned(_person(username, name, avatar), pk))
    return found


_OF_PERSON = ("user__username", "user__name", "user__avatar")


def _person(username: str, name: str, avatar: str) -> Person:
    return Person(username, User(username=username, name=name).get_full_name(), avatar)


def workers_of(teams: Iterable[int]) -> dict[int, tuple[tuple[int, str], ...]]:
    """Who works in these teams, by team: their ids and names, of each team the first."""
    rank = Window(RowNumber(), partition_by=[F("team")], order_by=[F("user__username")])
    rows = Membership.objects.working().filter(team__in=set(teams)).annotate(row=rank).filter(row__lte=MOST_WORKERS)
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for team, pk, *facts in rows.order_by("row").values_list("team", "user", *_OF_PERSON):
        found[team].append((pk, _person(*facts).get_full_name))
    return {team: tuple(people) for team, people in found.items()}


def _address(pk: int) -> str:
    return reverse("tasks:task", args=[pk])
