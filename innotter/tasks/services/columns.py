"""Places of tasks in the columns of a board."""

from dataclasses import dataclass, field

from django.db import connection, transaction

from innotter.tasks.fractional_index import between
from innotter.tasks.models import Task, Team

#: Moving cards to the same spot again and again makes places longer by a character every few times: then all are new.
LONGEST_PLACE = 60

_SET_PLACES = """
    UPDATE tasks_task SET place = new.place FROM unnest(%s::bigint[], %s::text[]) AS new (id, place)
    WHERE tasks_task.id = new.id
"""


def _end_of(*, team: Team, status: str) -> str:
    """A place behind all others of a column."""
    column = Task.objects.filter(team=team, status=status).active().order_by("-place")
    return between(column.values_list("place", flat=True).first() or "", "")


@dataclass
class Ends:
    """Where columns end while several tasks come into them, each behind the one before, and none is saved yet."""

    _last: dict[tuple[int, str], str] = field(default_factory=dict)

    def next_place(self, *, team: Team, status: str) -> str:
        """A place behind all others of a column, those that were given here among them."""
        column = (team.pk, status)
        last = self._last.get(column)
        self._last[column] = between(last, "") if last else _end_of(team=team, status=status)
        return self._last[column]


@transaction.atomic
def shorten_places(*, team: Team, status: str) -> None:
    """Give the tasks of a column, whose team is held, short places in the order in which they stand."""
    column = Task.objects.filter(team=team, status=status).active().order_by("place", "pk")
    pks, places, place = list(column.values_list("pk", flat=True)), list[str](), ""
    for _pk in pks:
        places.append(place := between(place, ""))
    with connection.cursor() as cursor:
        cursor.execute(_SET_PLACES, [pks, places])
