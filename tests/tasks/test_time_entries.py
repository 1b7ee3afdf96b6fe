"""Time that is logged on a task, and taken back."""

from decimal import Decimal

import pytest

from innotter.accounts.models import User
from innotter.errors import Forbidden
from innotter.rows import Gone
from innotter.tasks import services
from innotter.tasks.models import Task
from tests.factories.tasks import TaskFactory, TeamFactory, join


@pytest.fixture
def team(alice, bob):
    return TeamFactory(owner=alice, members=[bob])


@pytest.fixture
def task(team, alice):
    return TaskFactory(team=team, creator=alice)


def log(person, task, hours):
    return services.log_time(person=person, task=task, hours=Decimal(hours))


def hours_of(task):
    return Task.objects.get(pk=task.pk).actual_hours


def test_time_that_is_taken_back_is_no_longer_among_the_actual_hours(task, bob, as_person):
    kept, mistaken = log(bob, task, "1.5"), log(bob, task, "20")
    assert as_person(bob).delete(f"/api/tasks/{task.pk}/time/{mistaken.pk}/").status_code == 204
    assert hours_of(task) == Decimal("1.5")
    rows = as_person(bob).get(f"/api/tasks/{task.pk}/time/").json()["results"]
    assert [row["id"] for row in rows] == [kept.pk]
    change = task.history.latest("pk")
    assert (change.field, change.before, change.after) == ("actual_hours", "21.50", "1.50")


def test_the_history_tells_hours_as_the_reader_writes_them(task, bob, browser_of):
    log(bob, task, "1.5")
    User.objects.filter(pk=bob.pk).update(language="ru")
    assert "– → 1,50" in browser_of(bob).get(f"/tasks/{task.pk}/").content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [("actual_hours", "a while"), ("due_date", "2026-02-31"), ("priority", 7), ("mood", "glad"), ("labels", [1, None])],
)
def test_a_change_that_another_version_has_written_takes_no_page_down(task, bob, browser_of, field, value):
    task.history.create(version=1, field=field, before=None, after=value)
    assert browser_of(bob).get(f"/tasks/{task.pk}/").status_code == 200


def test_taking_the_same_back_twice_takes_it_back_once(task, bob):
    log(bob, task, 1)
    entry = log(bob, task, 2)
    services.delete_time(person=bob, entry=entry)
    with pytest.raises(Gone):
        services.delete_time(person=bob, entry=entry)
    assert hours_of(task) == 1


@pytest.mark.parametrize("by_hand", ["0.5", None])
def test_hours_that_were_set_by_hand_do_not_fall_below_nothing(task, alice, by_hand):
    entry = log(alice, task, 2)
    services.edit_task(editor=alice, task=task, actual_hours=by_hand and Decimal(by_hand))
    services.delete_time(person=alice, entry=entry)
    assert hours_of(task) is None


def test_it_is_taken_back_by_who_has_logged_it_and_by_the_owners_of_the_team(task, team, alice, bob, carol, browser_of):
    join(team, carol)
    entries = [log(bob, task, 1), log(bob, task, 2)]
    pages = [f"/tasks/{task.pk}/time/{entry.pk}/delete/" for entry in entries]
    assert browser_of(carol).get(pages[0]).status_code == 403
    assert browser_of(carol).post(pages[0]).status_code == 403
    with pytest.raises(Forbidden):
        services.delete_time(person=carol, entry=entries[0])
    assert pages[0] not in browser_of(carol).get(f"/tasks/{task.pk}/").content.decode()
    for person, page in zip([bob, alice], pages, strict=True):
        assert page in browser_of(person).get(f"/tasks/{task.pk}/").content.decode()
        assert "Delete this time entry?" in browser_of(person).get(page).content.decode()
        assert browser_of(person).post(page).status_code == 302
    assert hours_of(task) is None


def test_the_entry_of_another_task_is_not_there(task, team, bob, as_person, browser_of):
    other = TaskFactory(team=team, creator=bob)
    entry = log(bob, other, 1)
    assert as_person(bob).delete(f"/api/tasks/{task.pk}/time/{entry.pk}/").status_code == 404
    assert browser_of(bob).post(f"/tasks/{task.pk}/time/{entry.pk}/delete/").status_code == 404
