"""Changing a task: the one place where its fields are set and its history is written."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User
from innotter.errors import Conflict, Invalid
from innotter.events.services import record, record_all
from innotter.tasks.events import TaskAssigned, TaskChanged
from innotter.tasks.fractional_index import between
from innotter.tasks.models import Membership, Task, TaskAssignment, TaskHistory, Team
from innotter.tasks.services.labelling import check_labels, labels_named

MOST_ASSIGNEES = 20

#: How the history writes what a field holds. Everything that can be changed about a task is here.
WRITTEN: dict[str, Callable[[Any], Any]] = {
    "title": str,
    "description": str,
    "status": str,
    "priority": lambda priority: Task.Priority(priority).name.lower(),
    "due_date": lambda day: day and day.isoformat(),
    "estimated_hours": lambda hours: None if hours is None else f"{hours:.2f}",
    "actual_hours": lambda hours: None if hours is None else f"{hours:.2f}",
    "metadata": lambda metadata: metadata,
    "parent": lambda parent: parent and parent.key,
    "assignees": lambda people: sorted(person.username for person in people),
    "labels": lambda names: sorted(names, key=str.lower),
    "archived": bool,
    "job": lambda job: job and job.pk,
}
_LISTS = {"assignees", "labels"}


class TaskHasChanged(Conflict):
    """Two people have changed the same: nothing is overwritten, and both values are shown."""

    message = _("Somebody else has changed this in the meantime.")

    def __init__(
        self, *, current: Mapping[str, Any], wanted: Mapping[str, Any], version: int, left_alone: Sequence[str]
    ) -> None:
        #: What only the others have changed.
        self.left_alone = left_alone
        self.more = {"current": dict(current), "yours": dict(wanted), "version": version}
        told = {field: _("Somebody else has changed this. Now it is: %(value)s") for field in current}
        super().__init__(**{field: words % {"value": _shown(current[field])} for field, words in told.items()})


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return "–" if value is None or value == "" else str(value)


def hold(*, task: Task) -> Task:
    """The task as it is now; it stays so, as do the places in its team's columns, until the transaction ends."""
    rows.hold(Team.objects.all(), task.team_id)
    return rows.hold(Task.objects.select_related("team", "parent__team"), task.pk)


def value_of(*, task: Task, field: str) -> Any:
    """What a field of a task holds."""
    if field == "assignees":
        return list(task.assignees.all())
    if field == "labels":
        return [label.name for label in task.labels.all()]
    return task.is_archived if field == "archived" else getattr(task, field)


def differences(*, task: Task, wanted: Mapping[str, Any], version: int | None) -> dict[str, Any]:
    """The fields to write: those whose wanted value differs from the stored one.

    `version` is the one that the editor saw. A field that only others have changed since then keeps their value; one
    that both have changed raises TaskHasChanged.
    """
    new, theirs, mine, left_alone = {}, {}, {}, []
    seen = _as_it_was(task, version)
    for field, value in wanted.items():
        now, wish = WRITTEN[field](value_of(task=task, field=field)), WRITTEN[field](value)
        if now == wish:
            continue
        if field in seen and seen[field] == wish:
            left_alone.append(field)
            continue
        if field in seen:
            theirs[field], mine[field] = now, wish
        new[field] = value
    if theirs:
        raise TaskHasChanged(current=theirs, wanted=mine, version=task.version, left_alone=left_alone)
    return new


def _as_it_was(task: Task, version: int | None) -> dict[str, Any]:
    """What the fields that have changed since a version held then."""
    if version is None or version == task.version:
        return {}
    # One row for each field, however long the history is.
    first = TaskHistory.objects.filter(task=task, version__gt=version).order_by("field", "version").distinct("field")
    return dict(first.values_list("field", "before"))


@transaction.atomic
def change(*, task: Task, actor: User | None, changes: Mapping[str, Any], is_automation: bool = False) -> None:
    """Set fields of a task that is held, write its history, and let others know. Without changes, nothing happens."""
    if not changes:
        return
    before = {field: WRITTEN[field](value_of(task=task, field=field)) for field in changes}
    columns = {field: value for field, value in changes.items() if field not in _LISTS and field != "archived"}
    for field, value in columns.items():
        setattr(task, field, value)
    task.clean_fields(exclude={"team", "creator", "parent", "place", "job"})
    if "archived" in changes:
        columns["archived_at"] = task.archived_at = timezone.now() if changes["archived"] else None
    columns |= _place(task, changes)
    if "status" in changes:
        task.done_at = columns["done_at"] = timezone.now() if task.status == Task.Status.DONE else None
    columns["updated_at"] = task.updated_at = timezone.now()
    Task.objects.filter(pk=task.pk).update(version=F("version") + 1, **columns)
    task.version += 1
    new_people = set_assignees(task=task, people=changes["assignees"], actor=actor) if "assignees" in changes else []
    if "labels" in changes:
        set_labels(task=task, names=changes["labels"])
    changed = [
        TaskHistory(
            task=task,
            actor=actor,
            is_automation=is_automation,
            version=task.version,
            field=field,
            before=was,
            after=WRITTEN[field](changes[field]),
        )
        for field, was in before.items()
    ]
    written = {row.field: row for row in TaskHistory.objects.bulk_create(changed)}
    record(TaskChanged(change_id=next(iter(written.values())).pk, **facts_of(task=task)))
    if new_people:
        tell_assigned(task=task, people=new_people, row=written["assignees"])


def facts_of(*, task: Task, people: Sequence[User] | None = None) -> dict[str, Any]:
    """What events tell of a task as it is now."""
    assigned = people if people is not None else task.assignees.order_by("pk")
    return {
        "task_id": task.pk,
        "team_id": task.team_id,
        "status": task.status,
        "priority": task.priority,
        "due_date": str(task.due_date) if task.due_date else None,
        "is_archived": task.is_archived,
        "assignee_ids": [person.pk for person in assigned],
    }


def _place(task: Task, changes: Mapping[str, Any]) -> dict[str, str]:
    """Who comes into a column stands at its end."""
    if "status" in changes or changes.get("archived") is False:
        task.place = end_of(team=task.team, status=task.status)
        return {"place": task.place}
    return {}


def end_of(*, team: Team, status: str) -> str:
    """A place behind all others of a column."""
    column = Task.objects.filter(team=team, status=status).active().order_by("-place")
    return between(column.values_list("place", flat=True).first() or "", "")


def set_assignees(*, task: Task, people: Sequence[User], actor: User | None) -> list[User]:
    """Let these people have the task, and nobody else; gives those who had it not, who must work in the team."""
    if len(people) > MOST_ASSIGNEES:
        raise Invalid(assignees=_("At most %(most)d people.") % {"most": MOST_ASSIGNEES})
    had = set(TaskAssignment.objects.filter(task=task).values_list("user", flat=True))
    new = [person for person in people if person.pk not in had]
    working = Membership.objects.working().filter(team=task.team_id, user__in=new)
    able = set(working.values_list("user", flat=True))
    if strangers := [person.username for person in new if person.pk not in able]:
        names = ", ".join(strangers)
        raise Invalid(assignees=_("Not a working member of this team: %(names)s.") % {"names": names})
    TaskAssignment.objects.filter(task=task).exclude(user__in=people).delete()
    TaskAssignment.objects.bulk_create(TaskAssignment(task=task, user=person, assigned_by=actor) for person in new)
    task.watchers.add(*new)
    return new


def set_labels(*, task: Task, names: Sequence[str]) -> None:
    """Give a task these labels; those that the team has not used yet are made."""
    task.labels.set(labels_named(team_id=task.team_id, names=check_labels(names=names)).values())


@transaction.atomic
def tell_assigned(*, task: Task, people: Sequence[User], row: TaskHistory) -> None:
    """Let it be known who has a task from now on."""
    facts = {"task_id": task.pk, "team_id": task.team_id, "change_id": row.pk}
    record_all([TaskAssigned(assignee_id=person.pk, **facts) for person in people])
