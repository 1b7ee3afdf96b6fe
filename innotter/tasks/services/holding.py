"""Holding a task while it is changed."""

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
    if held.is_archived:
        raise Conflict(_("This task is archived. Restore it first."))
    return held
