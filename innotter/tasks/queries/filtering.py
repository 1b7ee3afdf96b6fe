"""Which tasks a filter means, and in which order they stand."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from innotter.accounts.models import User
from innotter.errors import Invalid
from innotter.tasks.models import Task, TaskAssignment, TaskQuerySet
from innotter.tasks.models.task import today
from innotter.tasks.queries.reading import with_due
from innotter.text.cleaning import one_line
from innotter.text.numbers import day, decimal_number, moment, whole_number

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
#: What the columns of a task hold.
LARGEST_NUMBER, LARGEST_HOURS = 2**31 - 1, 10**6


def filtered(tasks: TaskQuerySet, wishes: Mapping[str, str], person: User) -> TaskQuerySet:
    """The tasks that match the filters; archived ones only on request. Unknown filters are ignored."""
    wishes = {name: one_line(value) for name, value in wishes.items()}
    chosen = Q()
    for name, read in _FILTERS.items():
        if value := wishes.get(name):
            chosen &= read(value, name, person)
    if words := wishes.get("search"):
        key = Q(team__key=words.rpartition("-")[0].upper(), number=_number_in(words)) if "-" in words else Q()
        tasks = tasks.filter(key) if key and tasks.filter(key).exists() else tasks.found_by(words)
    if wishes.get("archived", "").lower() in {"true", "1", "on"}:
        return tasks.filter(chosen, archived_at__isnull=False)
    return tasks.filter(chosen, archived_at=None)


def _number_in(words: str) -> int:
    digits = words.rpartition("-")[2]
    return min(whole_number(digits) or 0, LARGEST_NUMBER)


def _statuses(value: str, name: str, person: User) -> Q:
    return Q(status__in=_known(value, name, set(S.values)))


def _priorities(value: str, name: str, person: User) -> Q:
    names = {priority.name.lower(): int(priority) for priority in P}
    return Q(priority__in=[names[one] for one in _known(value, name, set(names))])


def _known(value: str, name: str, known: set[str]) -> list[str]:
    asked = [part.strip() for part in value.split(",") if part.strip()]
    if set(asked) - known:
        raise Invalid(**{name: _("Choose one of: %(values)s.") % {"values": ", ".join(sorted(known))}})
    return asked


def _person(path: str) -> Any:
    def read(value: str, name: str, person: User) -> Q:
        if value == "none":
            return Q(**{f"{path}__isnull": True})
        who = Q(pk=person.pk) if value == "me" else Q(username__iexact=value.strip("@"))
        return Q(**{f"{path}__in": User.objects.filter(who).values("pk")})

    return read


def _assignee(value: str, name: str, person: User) -> Q:
    """By a condition of its own, so that a task stands in the list once."""
    mine = TaskAssignment.objects.filter(task=OuterRef("pk"))
    if value == "none":
        return Q(~Exists(mine))
    who = Q(user=person.pk) if value == "me" else Q(user__username__iexact=value.strip("@"))
    return Q(Exists(mine.filter(who)))


def _watcher(value: str, name: str, person: User) -> Q:
    who = Q(user=person.pk) if value == "me" else Q(user__username__iexact=value.strip("@"))
    return Q(Exists(Task.watchers.through.objects.filter(who, task=OuterRef("pk"))))


def _label(value: str, name: str, person: User) -> Q:
    rows = Task.labels.through.objects.filter(task=OuterRef("pk"))
    if value == "none":
        return Q(~Exists(rows))
    chosen = Q()
    for label in value.split(",")[:20]:
        chosen &= Q(Exists(rows.filter(label__name__iexact=label.strip())))
    return chosen


def _team(value: str, name: str, person: User) -> Q:
    return Q(team__space_of=person.pk) if value == "personal" else Q(team=_id(value, name))


def _parent(value: str, name: str, person: User) -> Q:
    return Q(parent=None) if value == "none" else Q(parent=_id(value, name))


def _id(value: str, name: str) -> int:
    if (number := whole_number(value)) is not None:
        return number
    raise Invalid(**{name: _("Write the number that it has in addresses.")})


def _text(path: str) -> Any:
    return lambda value, _name, _person: Q(**{f"{path}__icontains": value})


def _metadata(value: str, name: str, person: User) -> Q:
    key, colon, wanted = value.partition(":")
    if not colon:
        raise Invalid(metadata=_("Write a name and a value, such as customer:ACME."))
    return Q(metadata__contains={key: wanted})


def _due(value: str, name: str, person: User) -> Q:
    now = today()
    spans = {
        "overdue": Q(due_date__lt=now) & ~Q(status__in=Task.FINISHED),
        "today": Q(due_date=now),
        "week": Q(due_date__gte=now, due_date__lt=now + timedelta(days=7)),
        "none": Q(due_date=None),
    }
    chosen = _known(value, name, set(spans))
    return reduce(or_, [spans[one] for one in chosen]) if chosen else Q()


def _day(path: str, comparison: str) -> Any:
    def read(value: str, name: str, person: User) -> Q:
        return Q(**{f"{path}__{comparison}": _day_in(value, name)})

    return read


def _day_in(value: str, name: str) -> date:
    if (found := day(value)) is None:
        raise Invalid(**{name: _("Write a day, such as 2026-11-21.")})
    return found


def _moment(path: str, comparison: str) -> Any:
    def read(value: str, name: str, person: User) -> Q:
        found = moment(value) or moment(f"{_day_in(value, name)}T00:00")
        if found is None:
            raise Invalid(**{name: _("Write a day, such as 2026-11-21.")})
        return Q(**{f"{path}__{comparison}": found})

    return read


def _hours(path: str, comparison: str) -> Any:
    def read(value: str, name: str, person: User) -> Q:
        hours = decimal_number(value)
        if hours is None or abs(hours) > LARGEST_HOURS:
            raise Invalid(**{name: _("Write a number of hours.")})
        return Q(**{f"{path}__{comparison}": hours})

    return read


#: By what tasks can be found, and how each is understood.
_FILTERS: dict[str, Any] = {
    "team": _team,
    "title": _text("title"),
    "description": _text("description"),
    "status": _statuses,
    "priority": _priorities,
    "assignee": _assignee,
    "assignees": _assignee,
    "creator": _person("creator"),
    "watcher": _watcher,
    "label": _label,
    "labels": _label,
    "parent": _parent,
    "metadata": _metadata,
    "due": _due,
    "due_date": _day("due_date", "exact"),
    "due_after": _day("due_date", "gte"),
    "due_before": _day("due_date", "lt"),
    **{
        f"{field}_{end}": _moment(f"{field}_at", comparison)
        for field in ("created", "updated")
        for end, comparison in {"after": "gte", "before": "lt"}.items()
    },
    **{
        f"{field}_{end}": _hours(field, comparison)
        for field in ("estimated_hours", "actual_hours")
        for end, comparison in {"min": "gte", "max": "lte"}.items()
    },
}


#: What an address of a list can say.
WISHES = frozenset(_FILTERS) | {"search", "archived"}


def in_order(tasks: TaskQuerySet, ordering: str) -> TaskQuerySet:
    """Sorted as asked, the newest first when nothing known is asked for."""
    column = ORDERS.get(ordering.removeprefix("-"))
    if column is None:
        return tasks.order_by("-pk")
    way = "-" if ordering.startswith("-") else ""
    return with_due(tasks).order_by(f"{way}{column}", f"{way}pk")
