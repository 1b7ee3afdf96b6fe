"""Which tasks a filter means, and in which order they stand."""

from collections.abc import Mapping
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter

from innotter import filters
from innotter.accounts.models import User
from innotter.errors import Invalid
from innotter.tasks.models import Task, TaskAssignment, TaskQuerySet
from innotter.tasks.models.task import today
from innotter.tasks.queries.reading import with_due
from innotter.text.numbers import whole_number

S, P = Task.Status, Task.Priority

#: By what tasks can be sorted, and the column of it.
ORDERS = {
    "created_at": "id",
    "updated_at": "updated_at",
    "due_date": "due",
    "priority": "priority",
    "status": "status",
    "title": "title",
    "position": "place",
}
LARGEST_NUMBER = 2**31 - 1
MOST_LABELS = 20
_DUE = ("overdue", "today", "week", "none")
_A_USERNAME = "A username, or `me`."


def _hours(field: str, comparison: str) -> filters.Read:
    refusal = _("Write a number of hours.")
    return filters.Read(field, comparison, read=filters.number, message=refusal, help_text="A number of hours.")


class TaskFilters(filters.Filters):
    """What a list of tasks can be asked for; archived ones are found only when they are asked for."""

    team = CharFilter(method="by_team", help_text="The number of a team, or `personal`.")
    status = filters.OneOf(
        "status",
        values={value: value for value in S.values},
        help_text="One status, or several with commas between them.",
    )
    priority = filters.OneOf(
        "priority",
        values={priority.name.lower(): int(priority) for priority in P},
        help_text="One priority, or several with commas between them.",
    )
    assignee = CharFilter(method="by_assignee", help_text="A username, `me`, or `none`.")
    assignees = CharFilter(method="by_assignee", help_text="The same.")
    creator = CharFilter(method="by_creator", help_text=_A_USERNAME)
    watcher = CharFilter(method="by_watcher", help_text=_A_USERNAME)
    label = CharFilter(
        method="by_label",
        help_text="One label, or several with commas between them, all of which it has; or `none`.",
    )
    labels = CharFilter(method="by_label", help_text="The same.")
    parent = CharFilter(method="by_parent", help_text="The number of a task, or `none`.")
    search = CharFilter(method="by_words", help_text="Words of title and description; or a key, such as WEB-42.")
    title = filters.PartOf("title", help_text="A part of the title.")
    description = filters.PartOf("description", help_text="A part of the description.")
    due = filters.OneOf(
        method="by_due",
        values={name: name for name in _DUE},
        help_text="`overdue`, `today`, `week` or `none`; or several with commas between them.",
    )
    due_date = filters.Day("due_date", help_text="A day.")
    due_after = filters.Day("due_date", "gte", help_text="This day or later.")
    due_before = filters.Day("due_date", "lt", help_text="Before this day.")
    created_after = filters.Moment("created_at", "gte", help_text="A day or a time.")
    created_before = filters.Moment("created_at", "lt", help_text="A day or a time.")
    updated_after = filters.Moment("updated_at", "gte", help_text="A day or a time.")
    updated_before = filters.Moment("updated_at", "lt", help_text="A day or a time.")
    estimated_hours_min = _hours("estimated_hours", "gte")
    estimated_hours_max = _hours("estimated_hours", "lte")
    actual_hours_min = _hours("actual_hours", "gte")
    actual_hours_max = _hours("actual_hours", "lte")
    metadata = CharFilter(method="by_metadata", help_text="A name and a value with a colon between them.")
    archived = CharFilter(method="by_archived", help_text="`true` for what was put away; without it, what was not.")

    def filter_queryset(self, queryset: Any) -> Any:
        is_archived = self.form.cleaned_data.get("archived", "").lower() in {"true", "1", "on"}
        return super().filter_queryset(queryset).filter(archived_at__isnull=not is_archived)

    def by_team(self, tasks: TaskQuerySet, name: str, value: str) -> TaskQuerySet:
        return tasks.filter(team__space_of=self._me) if value == "personal" else tasks.filter(team=_id(value, name))

    def by_parent(self, tasks: TaskQuerySet, name: str, value: str) -> TaskQuerySet:
        return tasks.filter(parent=None if value == "none" else _id(value, name))

    def by_assignee(self, tasks: TaskQuerySet, name: str, value: str) -> TaskQuerySet:
        """By a condition of its own, so that a task stands in the list once."""
        rows = TaskAssignment.objects.filter(task=OuterRef("pk"))
        return tasks.filter(~Exists(rows) if value == "none" else Exists(rows.filter(self._named(value, "user"))))

    def by_creator(self, tasks: TaskQuerySet, name: str, value: str) -> TaskQuerySet:
        if value == "none":
            return tasks.filter(creator=None)
        return tasks.filter(creator__in=User.objects.filter(self._named(value)).values("pk"))

    def by_watcher(self, tasks: TaskQuerySet, name: str, value: str) -> TaskQuerySet:
        rows = Task.watchers.through.objects.filter(self._named(value, "user"), task=OuterRef("pk"))
        return tasks.filter(Exists(rows))

    def by_label(self, tasks: TaskQuerySet, name: str, value: str) -> TaskQuerySet:
        rows = Task.labels.through.objects.filter(task=OuterRef("pk"))
        if value == "none":
            return tasks.filter(~Exists(rows))
        for label in value.split(",")[:MOST_LABELS]:
            tasks = tasks.filter(Exists(rows.filter(label__name__iexact=label.strip())))
        return tasks

    def by_words(self, tasks: TaskQuerySet, name: str, value: str) -> TaskQuerySet:
        key, dash, number = value.rpartition("-")
        if dash:
            named = tasks.filter(team__key=key.upper(), number=min(whole_number(number) or 0, LARGEST_NUMBER))
            if named.exists():
                return named
        return tasks.found_by(value)

    def by_due(self, tasks: TaskQuerySet, name: str, value: list[str]) -> TaskQuerySet:
        now = today()
        spans = {
            "overdue": Q(due_date__lt=now) & ~Q(status__in=Task.FINISHED),
            "today": Q(due_date=now),
            "week": Q(due_date__gte=now, due_date__lt=now + timedelta(days=7)),
            "none": Q(due_date=None),
        }
        return tasks.filter(reduce(or_, [spans[one] for one in value]))

    def by_metadata(self, tasks: TaskQuerySet, name: str, value: str) -> TaskQuerySet:
        key, colon, wanted = value.partition(":")
        if not colon:
            raise Invalid(metadata=_("Write a name and a value, such as customer:ACME."))
        return tasks.filter(metadata__contains={key: wanted})

    def by_archived(self, tasks: TaskQuerySet, name: str, value: str) -> TaskQuerySet:
        return tasks  # `filter_queryset` asks for it whatever is said.

    @property
    def _me(self) -> int:
        return int(self.known["person"].pk)

    def _named(self, value: str, path: str = "") -> Q:
        """Who is meant, by a username or as oneself; `path` leads to the person."""
        if value == "me":
            return Q(**{path or "pk": self._me})
        return Q(**{f"{path}__username__iexact" if path else "username__iexact": value.strip("@")})


#: What an address of a list can say.
WISHES = frozenset(TaskFilters.base_filters)


def filtered(tasks: TaskQuerySet, wishes: Mapping[str, str], person: User) -> TaskQuerySet:
    """The tasks that match the filters, as this person means them; refuses values that make no sense."""
    found: TaskQuerySet = TaskFilters(wishes, tasks, person=person).found
    return found


def in_order(tasks: TaskQuerySet, ordering: str, *, by_status: bool = False) -> TaskQuerySet:
    """Sorted as asked, the newest first when nothing known is asked for; by the columns of a board before, if so."""
    column = ORDERS.get(ordering.removeprefix("-"))
    way = "-" if ordering.startswith("-") else ""
    order = (f"{way}{column}", f"{way}pk") if column else ("-pk",)
    if by_status:
        order = (_COLUMN, *order)
    return (with_due(tasks) if column else tasks).order_by(*order)


#: Where the column of a status stands on a board.
_COLUMN = Case(*(When(status=status, then=Value(number)) for number, status in enumerate(S.values)))


def _id(value: str, name: str) -> int:
    if (number := whole_number(value)) is not None:
        return number
    raise Invalid(**{name: _("Write the number that it has in addresses.")})
