"""Changing a task: the one place where its fields are set and its history is written."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from innotter.accounts.models import User
from innotter.events.services import record
from innotter.tasks.events import TaskChanged
from innotter.tasks.models import Task, TaskHistory
from innotter.tasks.services.assigning import set_assignees, tell_assigned
from innotter.tasks.services.columns import end_of
from innotter.tasks.services.labelling import set_labels

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


def value_of(*, task: Task, field: str) -> Any:
    """What a field of a task holds."""
    if field == "assignees":
        return list(task.assignees.all())
    if field == "labels":
        return [label.name for label in task.labels.all()]
    return task.is_archived if field == "archived" else getattr(task, field)


@transaction.atomic
def change(*, task: Task, actor: User | None, changes: Mapping[str, Any], is_automation: bool = False) -> None:
    """Set fields of a task that is held, write its history, and let others know. Without changes, nothing happens."""
    if not changes:
        return
    before = {field: WRITTEN[field](value_of(task=task, field=field)) for field in changes}
    _set_columns(task, changes)
    new_people = set_assignees(task=task, people=changes["assignees"], actor=actor) if "assignees" in changes else []
    if "labels" in changes:
        set_labels(task=task, names=changes["labels"])
    after = {field: WRITTEN[field](value) for field, value in changes.items()}
    by = {"task": task, "actor": actor, "is_automation": is_automation, "version": task.version}
    rows = [TaskHistory(field=field, before=was, after=after[field], **by) for field, was in before.items()]
    written = {row.field: row for row in TaskHistory.objects.bulk_create(rows)}
    record(TaskChanged(change_id=next(iter(written.values())).pk, **facts_of(task=task)))
    if new_people:
        tell_assigned(task=task, people=new_people, row=written["assignees"])


def _set_columns(task: Task, changes: Mapping[str, Any]) -> None:
    """Set what the row of the task holds, as the next version of it."""
    columns = {field: value for field, value in changes.items() if field not in _LISTS and field != "archived"}
    for field, value in columns.items():
        setattr(task, field, value)
    task.clean_fields(exclude={"team", "creator", "parent", "place", "job"})
    now = timezone.now()
    if "archived" in changes:
        columns["archived_at"] = task.archived_at = now if changes["archived"] else None
    columns |= _place(task, changes)
    if "status" in changes:
        task.done_at = columns["done_at"] = now if task.status == Task.Status.DONE else None
    columns["updated_at"] = task.updated_at = now
    Task.objects.filter(pk=task.pk).update(version=F("version") + 1, **columns)
    task.version += 1


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
