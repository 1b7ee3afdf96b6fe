"""Moving tasks on the board, and off it."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import User
from innotter.errors import Conflict, require
from innotter.tasks.fractional_index import between
from innotter.tasks.models import Task
from innotter.tasks.permissions import can_work_in
from innotter.tasks.services.changing import change
from innotter.tasks.services.columns import LONGEST_PLACE, shorten_places
from innotter.tasks.services.holding import hold, hold_to_change
from innotter.tasks.states import check_transition


@transaction.atomic
def move_task(*, mover: User, task: Task, status: str, after: Task | None = None) -> Task:
    """Put a task into a column, under another task or at its top."""
    held = hold_to_change(person=mover, task=task)
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
    if len(held.place) > LONGEST_PLACE:
        shorten_places(team=held.team, status=status)
        held.refresh_from_db(fields=["place"])
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
    held = hold(task=task)
    require(can_work_in(person, held.team))
    if held.is_archived != archived:
        change(task=held, actor=person, changes={"archived": archived})
