"""Making tasks, and removing them for good."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F

from innotter import rows
from innotter.accounts.models import User
from innotter.errors import require
from innotter.events.domain import DomainEvent
from innotter.events.services import record, record_all
from innotter.tasks.events import TaskCreated, TaskDeleted
from innotter.tasks.models import Task, TaskHistory, Team
from innotter.tasks.permissions import can_work_in
from innotter.tasks.services.assigning import assigned, new_among, set_assignees, working_among
from innotter.tasks.services.changing import facts_of
from innotter.tasks.services.checking import check_fields
from innotter.tasks.services.columns import Ends
from innotter.tasks.services.holding import hold
from innotter.tasks.services.labelling import check_labels, set_labels
from innotter.tasks.services.teaming import space_of


@dataclass(frozen=True)
class NewTask:
    """A task that is yet to be saved, with who is to have it, and its labels as they are kept."""

    task: Task
    people: Sequence[User]
    labels: Sequence[str]


@transaction.atomic
def create_task(
    *,
    creator: User,
    title: str,
    team: Team | None = None,
    description: str = "",
    status: str = Task.Status.TODO,
    priority: int = Task.Priority.NONE,
    due_date: date | None = None,
    estimated_hours: Decimal | None = None,
    actual_hours: Decimal | None = None,
    assignees: Sequence[User] = (),
    labels: Sequence[str] = (),
    parent: Task | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> Task:
    """Give a team a new task, at the end of its column; without a team, one's own space, where it is one's own."""
    # Its row stays held until the end: its numbers have no gaps, its places no doubles.
    team = rows.hold(Team.objects.all(), (team or space_of(person=creator)).pk)
    require(can_work_in(creator, team))
    metadata = {} if metadata is None else metadata
    check_fields(Task(team=team), {"parent": parent, "metadata": metadata})
    new = new_task(
        creator=creator,
        assignees=assignees,
        labels=labels,
        team=team,
        title=title,
        description=description,
        status=status,
        priority=priority,
        due_date=due_date,
        estimated_hours=estimated_hours,
        actual_hours=actual_hours,
        parent=parent,
        metadata=metadata,
    )
    save_new(creator=creator, team=team, new=[new])
    return new.task


def new_task(*, creator: User, assignees: Sequence[User] = (), labels: Sequence[str] = (), **fields: Any) -> NewTask:
    """A task of a team that its creator works in, checked but for its parent and metadata, and yet to be saved."""
    task = Task(number=0, creator=creator, **fields)
    task.clean_fields(exclude={"team", "creator", "parent", "place", "job"})
    labels = check_labels(names=labels)
    people = assignees or ([creator] if task.team.is_space else [])
    working = working_among(teams=[task.team_id], people=[one for one in people if one != creator])
    new_among(task=task, people=people, had=(), working={*working, (task.team_id, creator.pk)})
    return NewTask(task, people, labels)


@transaction.atomic
def save_new(*, creator: User, team: Team, new: Sequence[NewTask]) -> None:
    """Give a team that is held new tasks, at the ends of their columns; a few statements, however many they are."""
    Team.objects.filter(pk=team.pk).update(last_number=F("last_number") + len(new))
    team.refresh_from_db(fields=["last_number"])
    tasks, ends = [one.task for one in new], Ends()
    for number, task in enumerate(tasks, start=team.last_number - len(new) + 1):
        task.number, task.creator = number, creator
        task.place = ends.next_place(team=team, status=task.status)
        task.done_at = task.created_at if task.status == Task.Status.DONE else None
    Task.objects.bulk_create(tasks)
    Task.watchers.through.objects.bulk_create(Task.watchers.through(task=task, user=creator) for task in tasks)
    set_labels(wanted={one.task: one.labels for one in new})
    set_assignees(wanted={one.task: one.people for one in new}, actor=creator)
    history = TaskHistory.objects.bulk_create(
        TaskHistory(task=task, actor=creator, version=1, field="created", after=task.title) for task in tasks
    )
    events: list[DomainEvent] = []
    for one, row in zip(new, history, strict=True):
        people = sorted(one.people, key=lambda person: person.pk)
        events.append(TaskCreated(creator_id=creator.pk, **facts_of(task=one.task, people=people)))
        events += assigned(task=one.task, people=one.people, row=row)
    record_all(events)


@transaction.atomic
def delete_task(*, person: User, task: Task) -> None:
    """Remove a task for good, with all that belongs to it; its subtasks become tasks of their own.

    One that is gone already changes nothing.
    """
    try:
        held = hold(task=task)
    except rows.Gone:
        return
    require(can_work_in(person, held.team))
    record(TaskDeleted(task_id=held.pk, team_id=held.team_id))
    rows.delete(Task.objects.filter(pk=held.pk))
