"""What is put away is taken out before anything is changed about it: each way to change a task, in every role."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from innotter.errors import Conflict, Forbidden
from innotter.jobs.models import Job
from innotter.tasks import services
from innotter.tasks.models import Task
from innotter.tasks.permissions import can_change_task
from tests.factories.accounts import UserFactory
from tests.factories.tasks import TaskFactory, TeamFactory

WAYS = {
    "move it": lambda person, task: services.move_task(mover=person, task=task, status="in_progress"),
    "offer it": lambda person, task: services.offer_as_job(
        person=person, task=task, deadline=timezone.now() + timedelta(days=1)
    ),
    "put a file to it": lambda person, task: services.attach_file(
        person=person, task=task, file=SimpleUploadedFile("a.txt", b"a")
    ),
    "log time on it": lambda person, task: services.log_time(person=person, task=task, hours=Decimal(1)),
    "edit it": lambda person, task: services.edit_task(editor=person, task=task, title="Other"),
    "edit it with others": lambda person, task: services.edit_many(editor=person, tasks=[task], title="Other"),
}


@pytest.fixture
def team(alice, bob, carol):
    return TeamFactory(owner=alice, members=[bob], guests=[carol])


def state_of(task):
    rows = (task.history, task.attachments, task.time_entries)
    return Task.objects.values().get(pk=task.pk), [row.count() for row in rows], Job.objects.count()


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_changed_about_a_task_that_is_put_away(team, alice, bob, way):
    task = TaskFactory(team=team)
    services.archive_task(archiver=alice, task=task)
    task.refresh_from_db()
    before = state_of(task)
    for person in (alice, bob):
        with pytest.raises((Forbidden, Conflict)):
            WAYS[way](person, task)
    assert state_of(task) == before

    services.restore_task(archiver=alice, task=task)
    task.refresh_from_db()
    WAYS[way](bob, task)
    assert state_of(task) != before


@pytest.mark.parametrize("way", WAYS)
def test_whoever_does_not_work_in_the_team_changes_nothing(team, carol, way):
    task = TaskFactory(team=team)
    before = state_of(task)
    for person in (carol, UserFactory()):
        with pytest.raises(Forbidden):
            WAYS[way](person, task)
    assert state_of(task) == before


@pytest.mark.parametrize(
    ("door", "body"),
    [
        ("move", {"status": "in_progress"}),
        ("job", {"deadline": "2035-01-01T00:00Z"}),
        ("time", {"hours": "1"}),
        ("assign", {"assignees": ["bob"]}),
    ],
)
def test_the_doors_say_so(team, as_person, alice, door, body):
    task = TaskFactory(team=team)
    services.archive_task(archiver=alice, task=task)
    before = state_of(task)
    assert as_person(alice).post(f"/api/tasks/{task.pk}/{door}/", body, format="json").status_code in {403, 409}
    assert state_of(task) == before


def test_a_task_is_changed_by_whoever_works_there_while_it_is_not_put_away(team, alice, bob, carol, ada):
    task = TaskFactory(team=team)
    people = [alice, bob, carol, ada, UserFactory()]
    assert [can_change_task(person, task) for person in people] == [True, True, False, False, False]
    task.archived_at = timezone.now()
    assert not any(can_change_task(person, task) for person in people)
