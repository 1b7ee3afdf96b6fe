"""What is deleted between a change and the answer that shows it is a conflict, and no failure."""

import pytest

from innotter.tasks import services
from tests.factories.tasks import TaskFactory, TeamFactory


@pytest.mark.parametrize("is_program", [True, False])
def test_a_task_that_goes_before_it_is_shown_is_a_conflict(alice, as_person, browser_of, monkeypatch, is_program):
    task, edit_task = TaskFactory(team=TeamFactory(owner=alice)), services.edit_task

    def edit_and_lose(**known):
        edit_task(**known)
        services.delete_task(person=alice, task=task)
        return type(task).objects.get(pk=task.pk)

    monkeypatch.setattr(services, "edit_task", edit_and_lose)
    if is_program:
        assert as_person(alice).patch(f"/api/tasks/{task.pk}/", {"title": "x"}).status_code == 409
    else:
        answer = browser_of(alice).post(f"/tasks/{task.pk}/status/", {"status": "in_progress"})
        assert answer.status_code == 409
