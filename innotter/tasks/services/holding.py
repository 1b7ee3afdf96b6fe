"""Holding a task while it is changed."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User
from innotter.errors import Conflict, require
from innotter.tasks.models import Task, Team
from innotter.tasks.permissions import can_work_in


def hold(*, task: Task) -> Task:
    """The task as it is now; it stays so, as do the places in its team's columns, until the transaction ends."""
    rows.hold(Team.objects.all(), task.team_id)
    return rows.hold(Task.objects.select_related("team", "parent__team"), task.pk)


def hold_to_change(*, person: User, task: Task) -> Task:
    """The same, for whoever changes it: refused if they work in its team no more, or somebody has put it away."""
    held = hold(task=task)
    require(can_work_in(person, held.team))
    check_is_active(held)
    return held


def hold_all(*, tasks: Sequence[Task]) -> dict[int, Task]:
    """By id those of these tasks that are still there, as they are now, with their people and labels; held like one."""
    teams = Team.objects.filter(pk__in={task.team_id for task in tasks})
    list(teams.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    found = Task.objects.select_related("team", "parent__team").prefetch_related("assignees", "labels")
    found = found.filter(pk__in=[task.pk for task in tasks]).order_by("team", "pk")
    return {task.pk: task for task in found.select_for_update(of=("self",), no_key=True)}


def check_is_active(task: Task) -> None:
    """Refuse a task that somebody has put away."""
    if task.is_archived:
        raise Conflict(_("This task is archived. Restore it first."))
