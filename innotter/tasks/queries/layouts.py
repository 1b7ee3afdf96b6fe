"""Tasks laid out: as a board, on a calendar, week by week."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import Count, DateField, F, Q, Sum, Window
from django.db.models.functions import RowNumber, TruncWeek
from django.utils import timezone

from innotter.tasks.models import Task, TaskQuerySet, Team
from innotter.tasks.models.task import today
from innotter.tasks.queries.cards import Card, Shown, cards_of

S = Task.Status

#: Cards of a column that a board shows at once.
COLUMN = 30
WEEKS = 8


@dataclass(frozen=True)
class Column:
    """A column of a board: its first cards, and how many there are in all. Subtasks are counted by themselves."""

    status: str
    label: Any
    cards: list[Card]
    count: int
    subtasks: int

    @property
    def more(self) -> int:
        return self.count + self.subtasks - len(self.cards)


def board_of(tasks: TaskQuerySet) -> list[Column]:
    """Tasks by their status, in their places."""
    # Column by column, by the index of places: numbering all tasks of a team reads all of them.
    first, *others = (tasks.filter(status=one).order_by("place", "pk").values("pk")[:COLUMN] for one in S.values)
    shown = Task.objects.filter(pk__in=first.union(*others, all=True)).order_by("place", "pk")
    cards: dict[str, list[Card]] = defaultdict(list)
    for card in cards_of(shown):
        cards[card.status].append(card)
    all_of, parts = Count("pk"), Count("pk", filter=Q(parent__isnull=False))
    rows = tasks.order_by().values("status").annotate(n=all_of, parts=parts).values_list("status", "n", "parts")
    counts = {status: (n - parts, parts) for status, n, parts in rows}
    return [Column(status, S(status).label, cards[status], *counts.get(status, (0, 0))) for status in S.values]


@dataclass(frozen=True)
class Group:
    """Rows of a list that have the same status, and how many there are on all its pages."""

    status: str
    label: Any
    cards: list[Card]
    count: int


def groups_of(cards: Iterable[Card], tasks: TaskQuerySet) -> list[Group]:
    """The rows of a page by their status, in which order they come."""
    counts = dict(tasks.order_by().values_list("status").annotate(n=Count("pk")))
    groups = groupby(cards, key=attrgetter("status"))
    return [Group(status, S(status).label, list(rows), counts.get(status, 0)) for status, rows in groups]


class Due(NamedTuple):
    """A task as a calendar shows it."""

    task: Shown
    version: int
    priority: int
    is_finished: bool


class CalendarDay(NamedTuple):
    date: date
    is_in_month: bool
    is_today: bool
    due: tuple[Due, ...]
    more: int


MOST_A_DAY = 5


def calendar_of(tasks: TaskQuerySet, month: date) -> list[list[CalendarDay]]:
    """The weeks of a month, Monday first, with what is due on each day."""
    first = month.replace(day=1)
    start = first - timedelta(days=first.weekday())
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    end = last + timedelta(days=6 - last.weekday())
    rank = Window(RowNumber(), partition_by=[F("due_date")], order_by=[F("priority").desc(), F("pk")])
    due = tasks.filter(due_date__range=(start, end))
    shown: dict[date, list[Due]] = {}
    for task in due.annotate(row=rank).filter(row__lte=MOST_A_DAY).select_related("team").order_by("row"):
        row = Due(Shown(task.pk, task.key, task.title), task.version, task.priority, task.is_finished)
        shown.setdefault(task.due_date or month, []).append(row)
    counts = dict(due.order_by().values_list("due_date").annotate(n=Count("pk")))
    days = [start + timedelta(days=number) for number in range((end - start).days + 1)]
    cells = [
        CalendarDay(
            day,
            day.month == first.month,
            day == today(),
            tuple(shown.get(day, ())),
            counts.get(day, 0) - len(shown.get(day, [])),
        )
        for day in days
    ]
    return [cells[number : number + 7] for number in range(0, len(cells), 7)]


@dataclass(frozen=True)
class Week:
    """What a team has done in a week."""

    begins: date
    tasks: int
    hours: Decimal


def velocity_of(team: Team) -> list[Week]:
    """What was done in each of the last eight weeks, the last of which is running."""
    monday = today() - timedelta(days=today().weekday())
    first = monday - timedelta(weeks=WEEKS - 1)
    zone = timezone.get_default_timezone()
    done = Task.objects.filter(team=team, done_at__gte=datetime.combine(first, datetime.min.time(), tzinfo=zone))
    week = TruncWeek("done_at", output_field=DateField(), tzinfo=zone)
    rows = done.order_by().annotate(week=week).values_list("week")
    sums = {week: (n, hours) for week, n, hours in rows.annotate(n=Count("pk"), hours=Sum("estimated_hours"))}
    weeks = [first + timedelta(weeks=number) for number in range(WEEKS)]
    return [Week(week, sums.get(week, (0, None))[0], sums.get(week, (0, None))[1] or Decimal(0)) for week in weeks]
