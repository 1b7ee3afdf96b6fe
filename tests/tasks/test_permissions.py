"""Who may do what in a team: asked of another team's people, refused where it is done, whatever the doors show."""

from decimal import Decimal

import pytest

from innotter.errors import Conflict, Forbidden, Invalid
from innotter.tasks import services
from innotter.tasks.permissions import can_change_task, can_manage_team, can_talk_in, can_work_in, role_in
from tests.factories.tasks import TaskFactory, TeamFactory


@pytest.fixture
def team(alice, bob):
    return TeamFactory(owner=alice, members=[bob])


@pytest.fixture
def stranger(carol):
    """Somebody who owns a team, but another one."""
    TeamFactory(owner=carol, key="OWN")
    return carol


def test_what_somebody_is_in_one_team_they_are_not_in_another(team, alice, bob, stranger):
    assert [role_in(person, team) for person in (alice, bob, stranger)] == ["owner", "member", None]
    task = TaskFactory(team=team)
    for may in (can_talk_in, can_work_in, can_manage_team):
        assert not may(stranger, team)
    assert not can_change_task(stranger, task)


@pytest.mark.parametrize(
    "deed",
    [
        lambda person, task: services.watch_task(watcher=person, task=task),
        lambda person, task: services.comment_on_task(author=person, task=task, text="Hm"),
        lambda person, task: services.edit_task(editor=person, task=task, title="Other"),
        lambda person, task: services.move_task(mover=person, task=task, status="done"),
        lambda person, task: services.archive_task(archiver=person, task=task),
        lambda person, task: services.restore_task(archiver=person, task=task),
        lambda person, task: services.log_time(person=person, task=task, hours=Decimal(1)),
        lambda person, task: services.create_task(creator=person, team=task.team, title="Mine"),
        lambda person, task: services.create_task(creator=person, team=task.team, title="Mine", parent=task),
    ],
    ids=["watch", "comment", "edit", "move", "archive", "restore", "log time", "create", "give a subtask"],
)
def test_nobody_from_outside_does_anything_with_a_task(team, stranger, deed):
    task = TaskFactory(team=team)
    with pytest.raises((Forbidden, Invalid)):
        deed(stranger, task)
    assert not task.watchers.filter(pk=stranger.pk).exists()
    assert team.tasks.count() == 1
    assert task.comments.count() == 0


@pytest.mark.parametrize(("hours", "is_taken"), [("0", False), ("0.01", True), ("24", True), ("24.01", False)])
def test_a_day_has_twenty_four_hours(team, alice, hours, is_taken):
    task = TaskFactory(team=team)
    if is_taken:
        services.log_time(person=alice, task=task, hours=Decimal(hours))
    else:
        with pytest.raises(Invalid):
            services.log_time(person=alice, task=task, hours=Decimal(hours))
    assert task.time_entries.count() == is_taken


def test_a_task_may_stay_where_it_is(team, alice):
    """Whoever saves a form, or moves a card within its column, changes no state."""
    task = TaskFactory(team=team, status="done")
    services.edit_task(editor=alice, task=task, status="done", title="Other")
    services.move_task(mover=alice, task=task, status="done")
    with pytest.raises(Conflict):
        services.move_task(mover=alice, task=task, status="backlog")
