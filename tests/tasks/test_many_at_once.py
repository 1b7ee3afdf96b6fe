"""What is done to many tasks at once takes a few statements, and is what would be done to each."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from innotter.events.models import Event
from innotter.tasks import services
from innotter.tasks.models import Task
from tests.factories.tasks import TaskFactory, TeamFactory


@pytest.mark.parametrize("wanted", ["status", "archived", "all"])
def test_many_are_edited_by_the_same_few_statements(alice, bob, wanted):
    team = TeamFactory(owner=alice, members=[bob])
    wishes = {
        "status": {"status": "done"},
        "archived": {"archived": True},
        "all": {"status": "done", "labels": [f"Label {number}" for number in range(20)], "assignees": [bob]},
    }[wanted]
    counts = []
    for number in (2, 20):
        tasks = TaskFactory.create_batch(number, team=team)
        with CaptureQueriesContext(connection) as queries:
            services.edit_many(editor=alice, tasks=tasks, **wishes)
        counts.append(len(queries))
    assert counts[0] - 1 <= counts[1] <= counts[0], counts
    assert counts[1] <= 30


def test_of_many_each_has_its_history_and_its_events_in_order(alice, bob):
    team = TeamFactory(owner=alice, members=[bob])
    tasks = TaskFactory.create_batch(3, team=team, status="todo")
    Event.objects.all().delete()
    services.edit_many(
        editor=alice, tasks=tasks[::-1], status="done", labels=["b", "A"], assignees=[bob], archived=True
    )
    events = list(Event.objects.order_by("pk").values_list("type", "data__task_id", "data__is_archived"))
    per_task = [("changed", False), ("assigned", None), ("changed", True)]
    expected = [(f"innotter.task.{kind}", task.pk, archived) for task in tasks for kind, archived in per_task]
    assert events == expected
    told = (
        Event.objects.filter(type="innotter.task.changed").order_by("pk").values_list("data__assignee_ids", flat=True)
    )
    assert list(told) == [[bob.pk]] * 6
    for task in tasks:
        task.refresh_from_db()
        assert (task.version, task.status, task.is_archived, bool(task.done_at)) == (3, "done", True, True)
        assert [label.name for label in task.labels.order_by("name")] == ["A", "b"]
        assert list(task.assignees.all()) == [bob]
        assert bob in task.watchers.all()
        rows = task.history.exclude(field="created").order_by("pk").values_list("field", "version", "after")
        expected = [("status", 2, "done"), ("labels", 2, ["A", "b"]), ("assignees", 2, ["bob"]), ("archived", 3, True)]
        assert list(rows) == expected


def test_who_has_a_task_no_more_is_not_told_of_as_having_it_when_it_is_put_away(alice, bob):
    team = TeamFactory(owner=alice, members=[bob])
    task = TaskFactory(team=team, assignees=[bob])
    Event.objects.all().delete()
    services.edit_many(editor=alice, tasks=[task], assignees=[], archived=True)
    assert list(Event.objects.values_list("data__assignee_ids", flat=True)) == [[], []]


def test_many_come_to_the_end_of_their_column_in_order(alice):
    team = TeamFactory(owner=alice)
    last = TaskFactory(team=team, status="done")
    tasks = TaskFactory.create_batch(3, team=team, status="todo")
    services.edit_many(editor=alice, tasks=tasks, status="done")
    assert list(Task.objects.filter(team=team).order_by("place")) == [last, *tasks]


@pytest.mark.parametrize("is_space", [False, True])
def test_a_template_takes_the_same_few_statements_however_many_subtasks_it_has(alice, is_space):
    team = services.space_of(person=alice) if is_space else TeamFactory(owner=alice)
    counts = []
    for number in (2, 20):
        parts = [{"title": f"Part {part}", "due_in_days": part} for part in range(number)]
        template = services.save_template(author=alice, team=team, name=f"Of {number}", title="A", subtasks=parts)
        with CaptureQueriesContext(connection) as queries:
            task = services.use_template(person=alice, template=template)
        counts.append(len(queries))
        made = list(task.subtasks.order_by("place"))
        assert [part.title for part in made] == [part["title"] for part in parts]
        assert [part.number for part in made] == list(range(task.number + 1, task.number + 1 + number))
        assert all(list(part.assignees.all()) == [alice] * is_space for part in made)
    assert counts[0] == counts[1], counts
