"""The ways of a task (C-13): the whole table, written out by hand, by every door that changes a status."""

import pytest

from innotter.errors import Conflict
from innotter.tasks import services
from innotter.tasks.models import Task
from innotter.tasks.states import TRANSITIONS, check_transition
from tests.factories.tasks import TaskFactory, TeamFactory

#: From what, to what.
TABLE = {
    "backlog": {"todo", "in_progress", "cancelled"},
    "todo": {"backlog", "in_progress", "done", "cancelled"},
    "in_progress": {"backlog", "todo", "in_review", "done", "cancelled"},
    "in_review": {"todo", "in_progress", "done", "cancelled"},
    "done": {"todo", "in_progress", "in_review"},
    "cancelled": {"backlog", "todo"},
}
PAIRS = [(come_from, to) for come_from in TABLE for to in TABLE]
DOORS = {
    "edit": lambda person, task, status: services.edit_task(editor=person, task=task, status=status),
    "move": lambda person, task, status: services.move_task(mover=person, task=task, status=status),
    "bulk": lambda person, task, status: services.edit_many(editor=person, tasks=[task], status=status),
}


def test_the_table_is_what_the_product_goes_by():
    assert {str(come_from): {str(to) for to in ways} for come_from, ways in TRANSITIONS.items()} == TABLE
    assert set(Task.Status.values) == set(TABLE)


@pytest.mark.parametrize("status", TABLE)
def test_where_a_task_is_it_may_stay(status):
    check_transition(status, status)


@pytest.mark.parametrize(("come_from", "to"), PAIRS)
def test_a_task_goes_the_ways_of_the_table_and_no_other(alice, come_from, to):
    team = TeamFactory(owner=alice)
    is_way = to in TABLE[come_from]
    for go in DOORS.values():
        task = TaskFactory(team=team, status=come_from)
        if is_way or to == come_from:
            go(alice, task, to)
        else:
            with pytest.raises(Conflict):
                go(alice, task, to)
        task.refresh_from_db()
        assert task.status == (to if is_way else come_from)
        assert (task.done_at is not None) == (task.status == "done"), "what is counted is what is done"
