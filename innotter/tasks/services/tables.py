"""Tasks in and out as tables."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from csvcleaning import SENTENCES, BadTable, Records, text_of
from innotter.accounts.models import User
from innotter.database.portions import fitting, in_portions
from innotter.errors import Invalid, require
from innotter.rows import hold
from innotter.tasks.cells import choice, day, hours, joined, names_in
from innotter.tasks.models import Membership, Task, Team
from innotter.tasks.permissions import can_work_in
from innotter.tasks.queries import filtered, for_reading, in_order
from innotter.tasks.services.assigning import MOST_ASSIGNEES
from innotter.tasks.services.creating import NewTask, save_new
from innotter.tasks.services.labelling import check_labels
from innotter.text.cleaning import one_line
from innotter.text.numbers import in_megabytes
from innotter.text.tables import LARGEST_TEXTS, EachLine, GivenOut, as_written, file_name, harmless

MOST_ROWS, MOST_COLUMNS, LARGEST_TABLE = 1000, 100, 1_000_000
#: Of a table that is given out.
MOST_LINES = 10_000
#: What a column of a table can be.
FIELDS = ("title", "description", "status", "priority", "due_date", "estimated_hours", "assignees", "labels")
HEAD = ["key", *FIELDS, "actual_hours", "creator", "parent", "created_at", "updated_at", "done_at"]
S, P = Task.Status, Task.Priority


@dataclass(frozen=True)
class Table:
    """A table that was uploaded."""

    head: list[str]
    #: The rows that are not blank, by their numbers as a spreadsheet shows them.
    rows: dict[int, list[str]]
    #: All of it as a text, to be read again.
    text: str

    def guess(self) -> dict[str, str]:
        """Which column is what, as far as their names tell."""
        names = {name.lower().replace(" ", "_"): name for name in reversed(self.head)}
        return {known: names[known] for known in FIELDS if known in names}

    def left_out(self, mapping: Mapping[str, str]) -> list[str]:
        """The columns that are something, and nothing of a task by this mapping."""
        columns = zip_longest(*self.rows.values(), fillvalue="")
        filled = [
            (number, name)
            for number, (name, cells) in enumerate(zip(self.head, columns, strict=False), start=1)
            if any(map(str.strip, cells))
        ]
        return [
            name or _("column %(number)d") % {"number": number}
            for number, name in filled
            if name not in mapping.values()
        ]


@dataclass(frozen=True)
class Line:
    """A line of the table: its cells by what they are, and those beyond the last column."""

    number: int
    beyond: list[str]
    cells: Mapping[str, str]

    def cell(self, name: str) -> str:
        return self.cells.get(name, "")


@dataclass(frozen=True)
class Row:
    """A line of the table, as the task that it would be."""

    line: int
    task: Task
    people: list[User]
    labels: list[str]
    errors: list[str] = field(default_factory=list)


def read_table(*, content: bytes, largest: int = LARGEST_TABLE) -> Table:
    """The table in a file of at most `LARGEST_TABLE` bytes, whatever its encoding and separator."""
    if len(content) > largest:
        raise Invalid(file=_("At most %(most)s MB.") % {"most": in_megabytes(largest)})
    try:
        with Records(io.BytesIO(content)) as records:
            filled = {number: row for number, row in enumerate(records, start=1) if any(map(str.strip, row))}
        text = text_of(content)
    except BadTable as problem:
        raise Invalid(file=_(SENTENCES[problem.code]) % problem.facts) from None
    if len(filled) < 2:
        raise Invalid(file=_("The first line names the columns, each line after it is a task."))
    if len(filled) > MOST_ROWS + 1:
        raise Invalid(file=_("At most %(most)d tasks at a time.") % {"most": MOST_ROWS})
    head, *rows = filled
    if len(filled[head]) > MOST_COLUMNS:
        raise Invalid(file=_("At most %(most)d columns.") % {"most": MOST_COLUMNS})
    return Table([name.strip() for name in filled[head]], {number: filled[number] for number in rows}, text)


def check_table(*, table: Table, team: Team, mapping: Mapping[str, str]) -> list[Row]:
    """What each line would become, and what is wrong with it. Nothing is written."""
    if unknown := set(mapping) - set(FIELDS) | {name for name in mapping.values() if name not in table.head}:
        raise Invalid(mapping=_("Not known: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    if "title" not in mapping:
        raise Invalid(mapping=_("Say which column is the title."))
    if twice := [name for name in mapping.values() if table.head.count(name) > 1]:
        raise Invalid(mapping=_("Two columns have the same name: %(name)s.") % {"name": twice[0]})
    columns = {known: table.head.index(name) for known, name in mapping.items()}
    rows = Membership.objects.working().filter(team=team).select_related("user")
    members = {row.user.username.lower(): row.user for row in rows}
    return [
        _row(Line(number, line[len(table.head) :], _cells_of(line, columns)), team, members)
        for number, line in table.rows.items()
    ]


def _cells_of(line: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    return {known: as_written(line[at]) if at < len(line) else "" for known, at in columns.items()}


def _row(line: Line, team: Team, members: Mapping[str, User]) -> Row:
    errors: list[str] = []
    if beyond := [cell.strip() for cell in line.beyond if cell.strip()]:
        errors.append(_("This cell belongs to no column: %(cell)s") % {"cell": beyond[0][:40]})
    task = Task(
        team=team,
        number=0,
        title=line.cell("title"),
        description=line.cell("description"),
        status=choice(line.cell("status"), {one.value: (one.value, one.label) for one in S}, S.TODO, errors),
        priority=choice(line.cell("priority"), {one.name.lower(): (one, one.label) for one in P}, P.NONE, errors),
        due_date=day(line.cell("due_date"), errors),
        estimated_hours=hours(line.cell("estimated_hours"), errors),
    )
    people = _people(line.cell("assignees"), members, errors)
    labels = _labels(line.cell("labels"), errors)
    try:
        task.clean_fields(exclude={"team", "creator", "parent", "place", "job"})
    except ValidationError as error:
        errors += [f"{name}: {message}" for name, messages in error.message_dict.items() for message in messages]
    return Row(line.number, task, people, labels, errors)


def _people(cell: str, members: Mapping[str, User], errors: list[str]) -> list[User]:
    """Those who are named, each once. Of too many names no single one is told of."""
    names = list({name.lower(): name for name in (name.lstrip("@") for name in names_in(cell))}.values())
    if len(names) > MOST_ASSIGNEES:
        errors.append(_("At most %(most)d people.") % {"most": MOST_ASSIGNEES})
        return []
    strangers = [name for name in names if name.lower() not in members]
    errors += [_("%(name)s is no working member of the team.") % {"name": name[:40]} for name in strangers]
    return list(dict.fromkeys(members[name.lower()] for name in names if name.lower() in members))


def _labels(cell: str, errors: list[str]) -> list[str]:
    """The labels that are named, each once."""
    try:
        return check_labels(names=[name for name in map(one_line, names_in(cell)) if name])
    except Invalid as refusal:
        errors += refusal.errors["labels"]
        return []


@transaction.atomic
def import_tasks(*, person: User, team: Team, table: Table, mapping: Mapping[str, str]) -> int:
    """Make a task of every line: of all of them, or when something is wrong with one of none. Says how many."""
    hold(Team.objects.all(), team.pk)
    require(can_work_in(person, team))
    rows = check_table(table=table, team=team, mapping=mapping)
    if wrong := [row for row in rows if row.errors]:
        first = wrong[0]
        raise Invalid(file=_("Line %(line)d: %(error)s") % {"line": first.line, "error": " ".join(first.errors)})
    new = [NewTask(row.task, [person] if team.is_space else row.people, row.labels) for row in rows]
    save_new(creator=person, team=team, new=new)
    return len(rows)


def export_tasks(*, person: User, wishes: Mapping[str, str]) -> GivenOut:
    """What somebody finds, as lines of a CSV table without formulas: the first, as many as a table holds."""
    found = in_order(filtered(Task.objects.readable_by(person), wishes, person), wishes.get("ordering", ""))
    most = fitting(found, text="description", most=MOST_LINES, most_bytes=LARGEST_TEXTS)
    name = file_name("tasks", most=most, is_cut=found[most:].exists())
    return GivenOut(name, _lines(in_portions(for_reading(found), size=500, most=most)))


def _lines(tasks: Iterable[Task]) -> Iterator[str]:
    writer = csv.writer(EachLine())
    yield "\ufeff" + writer.writerow(HEAD)
    for task in tasks:
        yield writer.writerow([harmless(cell) for cell in _cells(task)])


def _cells(task: Task) -> list[Any]:
    return [
        task.key,
        task.title,
        task.description,
        task.status,
        P(task.priority).name.lower(),
        task.due_date or "",
        "" if task.estimated_hours is None else task.estimated_hours,
        joined(row.user.username for row in task.assignments.all()),
        joined(label.name for label in task.labels.all()),
        "" if task.actual_hours is None else task.actual_hours,
        task.creator.username if task.creator else "",
        task.parent.key if task.parent else "",
        task.created_at.isoformat(),
        task.updated_at.isoformat(),
        task.done_at.isoformat() if task.done_at else "",
    ]
