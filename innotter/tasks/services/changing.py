"""Changing a task: the one place where its fields are set and its history is written."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from innotter.accounts.models import User
from innotter.events.domain import DomainEvent
from innotter.events.services import record_all
from innotter.tasks.events import TaskChanged
from innotter.tasks.models import Task, TaskHistory
from innotter.tasks.services.assigning import assigned, new_among, set_assignees, working_among
from innotter.tasks.services.columns import Ends
from innotter.tasks.services.labelling import check_labels, set_labels

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


@dataclass
class Step:
    """One change of a task: the rows of its history, and what its event is to tell."""

    task: Task
    rows: list[TaskHistory]
    facts: dict[str, Any]
    new_people: list[User]


@dataclass
class Changes:
    """Changes of tasks that are held: checked one after the other, and written together."""

    actor: User | None
    #: Who works where, of those who are to have the tasks (`working_among`).
    working: Collection[tuple[int, int]] = ()
    is_automation: bool = False
    steps: list[Step] = field(default_factory=list)
    people: dict[Task, Sequence[User]] = field(default_factory=dict)
    labels: dict[Task, Sequence[str]] = field(default_factory=dict)
    _columns: set[str] = field(default_factory=set)
    _ends: Ends = field(default_factory=Ends)

    def add(self, *, task: Task, changes: Mapping[str, Any]) -> None:
        """Set fields of a task, or refuse to. Without changes, nothing happens."""
        if not changes:
            return
        had = self.people[task] if task in self.people else value_of(task=task, field="assignees")
        before = {name: WRITTEN[name](value_of(task=task, field=name)) for name in changes}
        self._set_columns(task, changes)
        new_people = []
        if "assignees" in changes:
            people = changes["assignees"]
            new_people = new_among(task=task, people=people, had=had, working=self.working)
            self.people[task] = had = people
        if "labels" in changes:
            self.labels[task] = check_labels(names=changes["labels"])
        by = {"task": task, "actor": self.actor, "is_automation": self.is_automation, "version": task.version}
        after = {name: WRITTEN[name](value) for name, value in changes.items()}
        rows = [TaskHistory(field=name, before=was, after=after[name], **by) for name, was in before.items()]
        facts = facts_of(task=task, people=sorted(had, key=lambda person: person.pk))
        self.steps.append(Step(task, rows, facts, new_people))

    @transaction.atomic
    def write(self) -> None:
        """Write the tasks and their history, and let others know, in the order in which they were changed."""
        tasks = list({step.task.pk: step.task for step in self.steps}.values())
        if not tasks:
            return
        Task.objects.bulk_update(tasks, sorted(self._columns))
        if self.people:
            set_assignees(wanted=self.people, actor=self.actor)
        if self.labels:
            set_labels(wanted=self.labels)
        TaskHistory.objects.bulk_create(row for step in self.steps for row in step.rows)
        events: list[DomainEvent] = []
        for step in self.steps:
            events.append(TaskChanged(change_id=step.rows[0].pk, **step.facts))
            for row in step.rows:
                if row.field == "assignees":
                    events += assigned(task=step.task, people=step.new_people, row=row)
        record_all(events)

    def _set_columns(self, task: Task, changes: Mapping[str, Any]) -> None:
        """Set what the row of the task holds, as the next version of it."""
        columns = changes.keys() - _LISTS - {"archived"}
        for name in columns:
            setattr(task, name, changes[name])
        task.clean_fields(exclude={"team", "creator", "parent", "place", "job"})
        now = timezone.now()
        if "archived" in changes:
            task.archived_at = now if changes["archived"] else None
            columns |= {"archived_at"}
        if "status" in changes:
            task.done_at = now if task.status == Task.Status.DONE else None
            columns |= {"done_at"}
        if "status" in changes or changes.get("archived") is False:
            task.place = self._ends.next_place(team=task.team, status=task.status)
            columns |= {"place"}
        task.updated_at, task.version = now, task.version + 1
        self._columns |= columns | {"updated_at", "version"}


@transaction.atomic
def change(*, task: Task, actor: User | None, changes: Mapping[str, Any], is_automation: bool = False) -> None:
    """Set fields of a task that is held, write its history, and let others know. Without changes, nothing happens."""
    working = working_among(teams=[task.team_id], people=changes["assignees"]) if "assignees" in changes else ()
    made = Changes(actor, working, is_automation)
    made.add(task=task, changes=changes)
    made.write()


def facts_of(*, task: Task, people: Sequence[User]) -> dict[str, Any]:
    """What events tell of a task as it is now, which these people have."""
    return {
        "task_id": task.pk,
        "team_id": task.team_id,
        "status": task.status,
        "priority": task.priority,
        "due_date": str(task.due_date) if task.due_date else None,
        "is_archived": task.is_archived,
        "assignee_ids": [person.pk for person in people],
    }
