"""Making tasks, changing them, moving them on the board, putting them away."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User
from innotter.errors import Conflict, Invalid, require
from innotter.events.services import record
from innotter.tasks.events import TaskCreated, TaskDeleted
from innotter.tasks.fractional_index import between
from innotter.tasks.models import Task, TaskHistory, Team
from innotter.tasks.models.task import LARGEST_METADATA
from innotter.tasks.permissions import can_change_task, can_work_in
from innotter.tasks.services.changing import (
    change,
    differences,
    end_of,
    facts_of,
    hold,
    set_assignees,
    set_labels,
    tell_assigned,
)
from innotter.tasks.services.teaming import space_of
from innotter.tasks.states import check_transition
from innotter.text import json
from innotter.text.cleaning import many_lines, one_line

MOST_AT_ONCE = 100
P, S = Task.Priority, Task.Status


@transaction.atomic
def create_task(
    *,
    creator: User,
    title: str,
    team: Team | None = None,
    description: str = "",
    status: str = S.TODO,
    priority: int = P.NONE,
    due_date: date | None = None,
    estimated_hours: Decimal | None = None,
    actual_hours: Decimal | None = None,
    assignees: Sequence[User] = (),
    labels: Sequence[str] = (),
    parent: Task | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> Task:
    """Give a team a new task, at the end of its column; without a team, one's own space, where it is one's own."""
    team = team or space_of(person=creator)
    # The row of the team stays held until the end: its numbers have no gaps, its places no doubles.
    team = rows.hold(Team.objects.all(), team.pk)
    require(can_work_in(creator, team))
    Team.objects.filter(pk=team.pk).update(last_number=F("last_number") + 1)
    team.refresh_from_db(fields=["last_number"])
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
    _check_fields(task, {"parent": parent, "metadata": task.metadata})
    task.parent = parent
    task.clean_fields(exclude={"team", "creator", "parent", "place", "job"})
    task.place = end_of(team=team, status=status)
    task.done_at = task.created_at if status == S.DONE else None
    task.save(force_insert=True)
    task.watchers.add(creator)
    set_labels(task=task, names=labels)
    people = set_assignees(task=task, people=assignees or ([creator] if team.is_space else []), actor=creator)
    row = TaskHistory.objects.create(task=task, actor=creator, version=1, field="created", after=task.title)
    record(TaskCreated(creator_id=creator.pk, **facts_of(task=task)))
    tell_assigned(task=task, people=people, row=row)
    return task


def _check_fields(task: Task, wanted: Mapping[str, Any]) -> None:
    """Refuse what the columns by themselves would let pass."""
    if "parent" in wanted:
        _check_parent(task, wanted["parent"])
    if "metadata" in wanted:
        metadata = wanted["metadata"]
        if not isinstance(metadata, dict):
            raise Invalid(metadata=_("This is an object: names and values."))
        if problem := json.problem_of(metadata):
            raise Invalid(metadata=problem)
        if len(json.write(metadata).decode()) > LARGEST_METADATA:
            raise Invalid(metadata=_("At most %(most)d characters, as JSON.") % {"most": LARGEST_METADATA})


def _check_parent(task: Task, parent: Task | None) -> None:
    if parent is None:
        return
    # Its team is held: who is there now is there when this is saved.
    if not Task.objects.filter(pk=parent.pk).exists():
        raise rows.Gone
    if parent.team_id != task.team_id:
        raise Invalid(parent=_("Choose a task of the same team."))
    if parent.pk == task.pk or parent.parent_id or (task.pk and task.subtasks.exists()):
        raise Invalid(parent=_("Subtasks have no subtasks of their own."))


@transaction.atomic
def edit_task(*, editor: User, task: Task, version: int | None = None, **wanted: Any) -> Task:
    """Change what is given. With the version that the editor has seen, nobody's change is overwritten unseen."""
    require(can_work_in(editor, task.team))
    held = hold(task=task)
    if held.is_archived:
        raise Conflict(_("This task is archived. Restore it first."))
    if version is not None and version > held.version:
        raise Invalid(version=_("There is no such version yet. Reload the task."))
    # As they will be kept: the same text in other spaces is no change.
    for field, clean in {"title": one_line, "description": many_lines}.items():
        if field in wanted:
            wanted[field] = clean(str(wanted[field]))
    _check_fields(held, wanted)
    new = differences(task=held, wanted=wanted, version=version)
    if "status" in new:
        check_transition(held.status, new["status"])
    change(task=held, actor=editor, changes=new)
    return held


@transaction.atomic
def edit_many(*, editor: User, tasks: Sequence[Task], **wanted: Any) -> int:
    """Change the same about several tasks: all of them, or when one refuses none. Says how many there were."""
    if len(tasks) > MOST_AT_ONCE:
        raise Invalid(tasks=_("At most %(most)d tasks at once.") % {"most": MOST_AT_ONCE})
    archived = wanted.pop("archived", None)
    for task in sorted(tasks, key=lambda one: (one.team_id, one.pk)):
        try:
            if wanted:
                edit_task(editor=editor, task=task, **wanted)
            if archived is not None:
                (archive_task if archived else restore_task)(archiver=editor, task=task)
        except (Conflict, Invalid) as refusal:
            kind = Conflict if isinstance(refusal, Conflict) else Invalid
            reason = " ".join(error for errors in refusal.errors.values() for error in errors) or str(refusal.detail)
            raise kind(f"{task.key}: {reason}") from refusal
    return len(tasks)


@transaction.atomic
def move_task(*, mover: User, task: Task, status: str, after: Task | None = None) -> Task:
    """Put a task into a column, under another task or at its top."""
    require(can_change_task(mover, task))
    held = hold(task=task)
    if held.status != status:
        check_transition(held.status, status)
        change(task=held, actor=mover, changes={"status": status})
    column = Task.objects.filter(team=held.team_id, status=status).active().exclude(pk=held.pk)
    above = column.filter(pk=after.pk).first() if after else None
    if after and above is None:
        raise Conflict(_("The board has changed in the meantime. Reload it."))
    upper = above.place if above else ""
    below = column.filter(place__gt=upper).order_by("place").values_list("place", flat=True).first() or ""
    held.place = between(upper, below)
    Task.objects.filter(pk=held.pk).update(place=held.place)
    return held


@transaction.atomic
def archive_task(*, archiver: User, task: Task) -> None:
    """Put a task away: it is on no board and in no list, and after a while gone. Doing so twice changes nothing."""
    _put(archiver, task, archived=True)


@transaction.atomic
def restore_task(*, archiver: User, task: Task) -> None:
    """Take a task out again."""
    _put(archiver, task, archived=False)


def _put(person: User, task: Task, *, archived: bool) -> None:
    require(can_work_in(person, task.team))
    held = hold(task=task)
    if held.is_archived != archived:
        change(task=held, actor=person, changes={"archived": archived})


@transaction.atomic
def delete_task(*, person: User, task: Task) -> None:
    """Remove a task for good, with all that belongs to it; its subtasks become tasks of their own.

    One that is gone already changes nothing.
    """
    require(can_work_in(person, task.team))
    try:
        held = hold(task=task)
    except rows.Gone:
        return
    record(TaskDeleted(task_id=held.pk, team_id=held.team_id))
    rows.delete(Task.objects.filter(pk=held.pk))
