"""Tasks in and out as tables."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from innotter.accounts.models import User
from innotter.errors import Invalid, require
from innotter.events.services import record_all
from innotter.tasks.events import TaskAssigned, TaskCreated
from innotter.tasks.models import Label, Membership, Task, TaskAssignment, TaskHistory, Team
from innotter.tasks.models.team import LONGEST_LABEL
from innotter.tasks.permissions import can_work_in
from innotter.tasks.places import between
from innotter.tasks.queries import filtered, for_reading, in_order
from innotter.tasks.services.changing import end_of, facts_of

MOST_ROWS, LARGEST_TABLE = 1000, 1_000_000
#: Of a table that is given out.
MOST_LINES = 10_000
#: What a column of a table can be.
FIELDS = ("title", "description", "status", "priority", "due_date", "estimated_hours", "assignees", "labels")
HEAD = ["key", *FIELDS, "actual_hours", "creator", "parent", "created_at", "updated_at", "done_at"]
#: What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
S, P = Task.Status, Task.Priority


@dataclass(frozen=True)
class Table:
    """A table that was uploaded."""

    head: list[str]
    rows: list[list[str]]

    def guess(self) -> dict[str, str]:
        """Which column is what, as far as their names tell."""
        names = {name.strip().lower().replace(" ", "_"): name for name in self.head}
        return {known: names[known] for known in FIELDS if known in names}


@dataclass(frozen=True)
class Row:
    """A line of the table, as the task that it would be."""

    line: int
    task: Task
    people: list[User]
    labels: list[str]
    errors: list[str] = field(default_factory=list)


def read_table(*, content: bytes) -> Table:
    """The table in a file: UTF-8, its columns separated by commas, semicolons or tabs."""
    if len(content) > LARGEST_TABLE:
        raise Invalid(file=_("At most %(most)d MB.") % {"most": LARGEST_TABLE // 1_000_000})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(file=_("Save the table as UTF-8.")) from error
    text = text.replace("\r\n", "\n")
    separator = max(",;\t", key=text.partition("\n")[0].count)
    try:
        lines = [
            row for row in csv.reader(io.StringIO(text.replace("\0", "")), delimiter=separator, strict=True) if any(row)
        ]
    except csv.Error as error:
        raise Invalid(file=_("This is no table of comma-separated values: %(error)s.") % {"error": error}) from error
    if len(lines) < 2:
        raise Invalid(file=_("The first line names the columns, each line after it is a task."))
    if len(lines) > MOST_ROWS + 1:
        raise Invalid(file=_("At most %(most)d tasks at a time.") % {"most": MOST_ROWS})
    return Table(lines[0], lines[1:])


def check_table(*, table: Table, team: Team, mapping: Mapping[str, str]) -> list[Row]:
    """What each line would become, and what is wrong with it. Nothing is written."""
    if unknown := set(mapping) - set(FIELDS) | {name for name in mapping.values() if name not in table.head}:
        raise Invalid(mapping=_("Not known: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    if "title" not in mapping:
        raise Invalid(mapping=_("Say which column is the title."))
    columns = {known: table.head.index(name) for known, name in mapping.items()}
    rows = Membership.objects.working().filter(team=team).select_related("user")
    members = {row.user.username.lower(): row.user for row in rows}
    return [
        _row(
            number, {known: line[at].strip() if at < len(line) else "" for known, at in columns.items()}, team, members
        )
        for number, line in enumerate(table.rows, start=2)
    ]


def _row(number: int, cells: dict[str, str], team: Team, members: Mapping[str, User]) -> Row:
    errors: list[str] = []
    task = Task(
        team=team,
        number=0,
        title=cells["title"],
        description=cells.get("description", ""),
        status=_choice(cells.get("status", ""), dict(S.choices), S.TODO, errors),
        priority=_choice(cells.get("priority", ""), _priorities(), P.NONE, errors),
        due_date=_day(cells.get("due_date", ""), errors),
        estimated_hours=_hours(cells.get("estimated_hours", ""), errors),
    )
    names = [
        name.strip().lstrip("@") for name in cells.get("assignees", "").replace(";", ",").split(",") if name.strip()
    ]
    errors += [
        _("%(name)s is no working member of the team.") % {"name": name}
        for name in names
        if name.lower() not in members
    ]
    labels = list(dict.fromkeys(name.strip() for name in cells.get("labels", "").replace(";", ",").split(",")))
    labels = [name for name in labels if name]
    errors += [_("This label is too long: %(name)s") % {"name": name} for name in labels if len(name) > LONGEST_LABEL]
    try:
        task.clean_fields(exclude={"team", "creator", "parent", "place", "job"})
    except ValidationError as error:
        errors += [f"{name}: {message}" for name, messages in error.message_dict.items() for message in messages]
    return Row(number, task, [members[name.lower()] for name in names if name.lower() in members], labels, errors)


def _priorities() -> dict[Any, Any]:
    return {priority.name.lower(): priority.label for priority in P}


def _choice(text: str, choices: Mapping[Any, Any], otherwise: Any, errors: list[str]) -> Any:
    """By its name or by its word in the reader's language."""
    if not text:
        return otherwise
    wanted = text.lower().replace(" ", "_")
    for name, label in choices.items():
        if wanted in {name, str(label).lower().replace(" ", "_")}:
            return P[name.upper()].value if otherwise == P.NONE else name
    errors.append(_("“%(text)s” is none of: %(known)s.") % {"text": text[:40], "known": ", ".join(choices)})
    return otherwise


def _day(text: str, errors: list[str]) -> date | None:
    try:
        day = parse_date(text) if text else None
    except ValueError:
        day = None
    if text and day is None:
        errors.append(_("“%(text)s” is no day, such as 2026-11-21.") % {"text": text[:40]})
    return day


def _hours(text: str, errors: list[str]) -> Decimal | None:
    try:
        hours = Decimal(text.replace(",", ".")) if text else None
    except InvalidOperation:
        errors.append(_("“%(text)s” is no number.") % {"text": text[:40]})
        return None
    return hours


@transaction.atomic
def import_tasks(*, person: User, team: Team, table: Table, mapping: Mapping[str, str]) -> int:
    """Make a task of every line: of all of them, or when something is wrong with one of none. Says how many."""
    require(can_work_in(person, team))
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    rows = check_table(table=table, team=team, mapping=mapping)
    if wrong := [row for row in rows if row.errors]:
        first = wrong[0]
        raise Invalid(file=_("Line %(line)d: %(error)s") % {"line": first.line, "error": " ".join(first.errors)})
    Team.objects.filter(pk=team.pk).update(last_number=F("last_number") + len(rows))
    team.refresh_from_db(fields=["last_number"])
    ends = {status: end_of(team=team, status=status) for status in {row.task.status for row in rows}}
    for number, row in enumerate(rows, start=team.last_number - len(rows) + 1):
        task = row.task
        task.number, task.creator, task.place = number, person, ends[task.status]
        task.done_at = task.created_at if task.status == S.DONE else None
        ends[task.status] = between(task.place, "")
        if team.is_space:
            row.people[:] = [person]
    Task.objects.bulk_create([row.task for row in rows])
    _belongings(rows, person)
    return len(rows)


@transaction.atomic
def _belongings(rows: Sequence[Row], person: User) -> None:
    """What else a new task has: its history, people and labels; and the events that tell of it."""
    team = rows[0].task.team
    made = TaskHistory.objects.bulk_create(
        TaskHistory(task=row.task, actor=person, version=1, field="created", after=row.task.title) for row in rows
    )
    TaskAssignment.objects.bulk_create(
        TaskAssignment(task=row.task, user=one, assigned_by=person) for row in rows for one in row.people
    )
    known = {label.name.lower(): label for label in Label.objects.filter(team=team)}
    new = {name.lower(): name for row in rows for name in row.labels if name.lower() not in known}
    known |= {
        label.name.lower(): label
        for label in Label.objects.bulk_create(Label(team=team, name=name) for name in new.values())
    }
    labelled, watching = Task.labels.through, Task.watchers.through
    labelled.objects.bulk_create(
        [labelled(task=row.task, label=known[name.lower()]) for row in rows for name in row.labels],
        ignore_conflicts=True,
    )
    watching.objects.bulk_create(
        [watching(task=row.task, user=one) for row in rows for one in {person, *row.people}], ignore_conflicts=True
    )
    record_all([TaskCreated(creator_id=person.pk, **facts_of(task=row.task, people=row.people)) for row in rows])
    record_all(
        [
            TaskAssigned(task_id=row.task.pk, team_id=team.pk, assignee_id=one.pk, change_id=change.pk)
            for row, change in zip(rows, made, strict=True)
            for one in row.people
        ]
    )


class _Line:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


def export_tasks(*, person: User, wishes: Mapping[str, str]) -> Iterator[str]:
    """What somebody finds, as lines of a table that a spreadsheet opens without running anything; at most so many."""
    found = in_order(filtered(Task.objects.readable_by(person), wishes, person), wishes.get("ordering", ""))
    return _lines(for_reading(found)[:MOST_LINES].iterator(chunk_size=500))


def _lines(tasks: Iterable[Task]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow(HEAD)
    for task in tasks:
        yield writer.writerow([_harmless(cell) for cell in _cells(task)])


def _cells(task: Task) -> list[Any]:
    return [
        task.key,
        task.title,
        task.description,
        task.status,
        P(task.priority).name.lower(),
        task.due_date or "",
        "" if task.estimated_hours is None else task.estimated_hours,
        ", ".join(row.user.username for row in task.assignments.all()),
        ", ".join(label.name for label in task.labels.all()),
        "" if task.actual_hours is None else task.actual_hours,
        task.creator.username if task.creator else "",
        task.parent.key if task.parent else "",
        task.created_at.isoformat(),
        task.updated_at.isoformat(),
        task.done_at.isoformat() if task.done_at else "",
    ]


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
