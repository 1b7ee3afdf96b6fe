"""Making tasks, and removing them for good."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F

from innotter import rows
from innotter.accounts.models import User
from innotter.errors import require
from innotter.events.services import record, record_all
from innotter.tasks.events import TaskCreated, TaskDeleted
from innotter.tasks.models import Task, TaskHistory, Team
from innotter.tasks.permissions import can_work_in
from innotter.tasks.services.assigning import assigned, new_among, set_assignees, working_among
from innotter.tasks.services.changing import facts_of
from innotter.tasks.services.checking import check_fields
from innotter.tasks.services.columns import end_of
from innotter.tasks.services.holding import hold
from innotter.tasks.services.labelling import check_labels, set_labels
from innotter.tasks.services.teaming import space_of


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
    team = _next_numbered(creator, team or space_of(person=creator))
    task = Task(
        team=team,
        number=team.last_number,
        title=title,
        description=description,
        status=status,
        priority=priority,
        due_date=due_date,
        estimated_hours=estimated_hours,
        actual_hours=actual_hours,
        creator=creator,
        metadata={} if metadata is None else metadata,
    )
    _save_new(task, parent)
    task.watchers.add(creator)
    set_labels(wanted={task: check_labels(names=labels)})
    people = assignees or ([creator] if team.is_space else [])
    new_among(task=task, people=people, had=(), working=working_among(teams=[team.pk], people=people))
    set_assignees(wanted={task: people}, actor=creator)
    row = TaskHistory.objects.create(task=task, actor=creator, version=1, field="created", after=task.title)
    created = TaskCreated(creator_id=creator.pk, **facts_of(task=task))
    record_all([created, *assigned(task=task, people=people, row=row)])
    return task


def _next_numbered(creator: User, team: Team) -> Team:
    """The team, with the number of its next task as the last one; refuses whoever does not work in it."""
    # Its row stays held until the end: its numbers have no gaps, its places no doubles.
    team = rows.hold(Team.objects.all(), team.pk)
    require(can_work_in(creator, team))
    Team.objects.filter(pk=team.pk).update(last_number=F("last_number") + 1)
    team.refresh_from_db(fields=["last_number"])
    return team


def _save_new(task: Task, parent: Task | None) -> None:
    check_fields(task, {"parent": parent, "metadata": task.metadata})
    task.parent = parent
    task.clean_fields(exclude={"team", "creator", "parent", "place", "job"})
    task.place = end_of(team=task.team, status=task.status)
    task.done_at = task.created_at if task.status == Task.Status.DONE else None
    task.save(force_insert=True)


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
