"""When a task is due: what the lists, the badges and the filters take for overdue, for today and for this week."""

from datetime import timedelta

import pytest

from innotter.tasks.models import Task, TaskAssignment
from innotter.tasks.models.task import today
from innotter.tasks.services import summarising
from tests.factories.tasks import TaskFactory, TeamFactory

#: Which of the filters find a task that is due so many days from now.
FOUND_BY = {
    -1: {"overdue"},
    0: {"today", "week"},
    1: {"week"},
    6: {"week"},
    7: set(),
    None: {"none"},
}


def due_in(team, days, status="todo"):
    day = None if days is None else today() + timedelta(days=days)
    return TaskFactory(team=team, due_date=day, status=status)


@pytest.mark.parametrize(("days", "filters"), FOUND_BY.items())
def test_a_task_is_found_by_when_it_is_due(as_person, alice, days, filters):
    due_in(TeamFactory(owner=alice), days)
    found = {
        due
        for due in ("overdue", "today", "week", "none")
        if as_person(alice).get(f"/api/tasks/?due={due}").json()["results"]
    }
    assert found == filters


@pytest.mark.parametrize(("days", "filters"), FOUND_BY.items())
def test_a_task_is_shown_as_overdue_from_the_day_after(alice, days, filters):
    assert due_in(TeamFactory(owner=alice), days).is_overdue == ("overdue" in filters)


@pytest.mark.parametrize(("days", "group"), [(-1, "overdue"), (0, "today"), (1, "week"), (7, "week"), (8, None)])
def test_the_summary_of_a_morning_tells_of_the_seven_days_to_come(alice, days, group):
    due_in(TeamFactory(owner=alice), days)
    TaskAssignment.objects.create(task=Task.objects.get(), user=alice)
    told = [found.name for found in summarising._groups(alice, day=today(), due=today())]
    assert told == ([group] if group else [])


@pytest.mark.parametrize("status", sorted(Task.FINISHED))
def test_what_is_finished_is_never_overdue(as_person, alice, status):
    task = due_in(TeamFactory(owner=alice), -1, "in_progress")
    Task.objects.filter(pk=task.pk).update(status=status)
    task.refresh_from_db()
    assert not task.is_overdue
    assert as_person(alice).get("/api/tasks/?due=overdue").json()["results"] == []
