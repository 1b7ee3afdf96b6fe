"""The rules that a team can switch on. Each does its work once, however often it is called, and history says so."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Max, Q
from django.utils import timezone

from innotter import rows
from innotter.accounts.models import User
from innotter.events.services import record, record_all
from innotter.outages import done_for_each
from innotter.tasks.events import TaskDeleted, TaskDueSoon, TaskEscalated, TaskOverdue
from innotter.tasks.models import Membership, Task, TaskHistory, TaskQuerySet
from innotter.tasks.models.task import today
from innotter.tasks.services.changing import change
from innotter.tasks.services.holding import hold

#: Done in portions, so that no transaction holds many rows.
PORTION = 200
S, P = Task.Status, Task.Priority


@transaction.atomic
def assign_by_load(*, task: Task) -> User | None:
    """Give a task that nobody is named for to the working member with the fewest open tasks."""
    if not task.team.assigns_by_load:
        return None
    held = hold(task=task)
    seen = TaskHistory.objects.filter(task=held, field="assignees").exists()
    if seen or held.is_finished or held.is_archived or held.assignees.exists():
        return None
    if person := _least_loaded(held):
        change(task=held, actor=None, changes={"assignees": [person]}, is_automation=True)
    return person


def _least_loaded(task: Task) -> User | None:
    """Of several with the same load, whoever has waited longest for a task."""
    members = User.objects.filter(memberships__in=Membership.objects.working().filter(team=task.team))
    in_team = Q(task_assignments__task__team=task.team)
    is_open = (
        in_team & Q(task_assignments__task__archived_at=None) & ~Q(task_assignments__task__status__in=Task.FINISHED)
    )
    loaded = members.annotate(
        load=Count("task_assignments", filter=is_open, distinct=True),
        last=Max("task_assignments__assigned_at", filter=in_team),
    )
    person: User | None = loaded.order_by("load", F("last").asc(nulls_first=True), "pk").first()
    return person


@transaction.atomic
def close_parent(*, task: Task) -> None:
    """Call a task done whose subtasks all are, or are cancelled, and at least one of them is done."""
    if not task.parent or not task.team.closes_parents:
        return
    parent = hold(task=task.parent)
    states = set(parent.subtasks.active().values_list("status", flat=True))
    if not parent.is_finished and not parent.is_archived and S.DONE in states and states <= set(Task.FINISHED):
        change(task=parent, actor=None, changes={"status": S.DONE}, is_automation=True)


def note_overdue() -> int:
    """Find tasks whose day is over, once each for a due date; says how many."""
    return _each_portion(Task.objects.overdue().exclude(overdue_told_for=F("due_date")), _note_overdue)


@transaction.atomic
def _note_overdue(tasks: list[Task]) -> None:
    Task.objects.filter(pk__in=[task.pk for task in tasks]).update(overdue_told_for=F("due_date"))
    record_all([TaskOverdue(task_id=task.pk, team_id=task.team_id) for task in tasks])


def remind() -> int:
    """Find what is due tomorrow in the teams that want it, once each for a due date; says how many."""
    tomorrow = today() + timedelta(days=1)
    due = Task.objects.unfinished().filter(team__reminds_before_due=True, due_date=tomorrow)
    return _each_portion(due.exclude(reminded_for=F("due_date")), _remind)


@transaction.atomic
def _remind(tasks: list[Task]) -> None:
    Task.objects.filter(pk__in=[task.pk for task in tasks]).update(reminded_for=F("due_date"))
    # It changes nothing about the task, so its version stays.
    TaskHistory.objects.bulk_create(
        TaskHistory(task=task, is_automation=True, version=task.version, field="reminded", after=str(task.due_date))
        for task in tasks
    )
    record_all([TaskDueSoon(task_id=task.pk, team_id=task.team_id) for task in tasks])


def escalate_overdue() -> int:
    """Make what is overdue and of high priority urgent, in the teams that want it; says how many."""
    late = Task.objects.overdue().filter(team__escalates_overdue=True, priority=P.HIGH)
    late = late.exclude(escalated_for=F("due_date"))
    count, last = 0, 0
    # Not a portion at a time: what changes a task holds its team first, as people's changes do.
    while tasks := list(late.filter(pk__gt=last).order_by("pk")[:PORTION]):
        count += done_for_each(tasks, _escalate_if_there)
        last = tasks[-1].pk
    return count


def _escalate_if_there(task: Task) -> bool:
    with suppress(rows.Gone):
        _escalate(task)
    return True


@transaction.atomic
def _escalate(task: Task) -> None:
    held = hold(task=task)
    if Task.objects.overdue().filter(pk=held.pk, priority=P.HIGH).exclude(escalated_for=F("due_date")).exists():
        Task.objects.filter(pk=held.pk).update(escalated_for=F("due_date"))
        change(task=held, actor=None, changes={"priority": P.URGENT}, is_automation=True)
        record(TaskEscalated(task_id=held.pk, team_id=held.team_id))


def forget_archived() -> int:
    """Remove for good what was put away long ago; says how many tasks."""
    long_ago = timezone.now() - timedelta(days=settings.TASKS_ARCHIVED_DAYS)
    return _each_portion(Task.objects.filter(archived_at__lt=long_ago), _forget)


@transaction.atomic
def _forget(tasks: list[Task]) -> None:
    record_all([TaskDeleted(task_id=task.pk, team_id=task.team_id) for task in tasks])
    rows.delete(Task.objects.filter(pk__in=[task.pk for task in tasks]))


def _each_portion(tasks: TaskQuerySet, act: Callable[[list[Task]], None]) -> int:
    """Do it to all of them, each portion in a transaction of its own; rows that others hold are left to them."""
    count = 0
    while True:
        with transaction.atomic():
            portion = list(
                tasks.order_by("pk").select_for_update(skip_locked=True, of=("self",), no_key=True)[:PORTION]
            )
            if not portion:
                return count
            act(portion)
            count += len(portion)
