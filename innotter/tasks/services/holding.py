"""Holding a task while it is changed."""

from innotter import rows
from innotter.tasks.models import Task, Team


def hold(*, task: Task) -> Task:
    """The task as it is now; it stays so, as do the places in its team's columns, until the transaction ends."""
    rows.hold(Team.objects.all(), task.team_id)
    return rows.hold(Task.objects.select_related("team", "parent__team"), task.pk)
