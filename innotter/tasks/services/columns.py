"""Places of tasks in the columns of a board."""

from innotter.tasks.fractional_index import between
from innotter.tasks.models import Task, Team


def end_of(*, team: Team, status: str) -> str:
    """A place behind all others of a column."""
    column = Task.objects.filter(team=team, status=status).active().order_by("-place")
    return between(column.values_list("place", flat=True).first() or "", "")
