"""Days of a calendar, and the fields that filter tasks, are kept as rendered, and show every change at once."""

from datetime import timedelta

import pytest

from innotter.accounts.models import User
from innotter.tasks.models import Task
from innotter.tasks.models.task import today
from innotter.tasks.templatetags import tasks
from innotter.web.templatetags import web
from tests.factories.tasks import TaskFactory, TeamFactory

pytestmark = pytest.mark.django_db

CHANGES = {
    "its title": ({"title": "Paint it"}, "Paint it"),
    "its priority": ({"priority": 4}, "due p4"),
    "that it is done": ({"status": "done"}, "over"),
}


def due_on(client, day):
    html = client.get(f"/tasks/calendar/?month={day:%Y-%m}").content.decode()
    return next(cell for cell in html.split("<td ")[1:] if f"due_date={day}" in cell)


@pytest.mark.parametrize("what", CHANGES)
def test_a_day_shows_of_a_task_at_once(client, alice, what):
    task = TaskFactory(team=TeamFactory(owner=alice), creator=alice, title="Mend it", due_date=today())
    client.force_login(alice)
    change, shown = CHANGES[what]
    before = due_on(client, today())
    assert "Mend it" in before
    Task.objects.filter(pk=task.pk).update(**change)
    assert (shown in before, shown in due_on(client, today())) == (False, True)


def test_a_day_shows_at_once_what_comes_to_it_and_what_leaves_it(client, alice):
    team = TeamFactory(owner=alice)
    client.force_login(alice)
    day = today().replace(day=15)
    assert "Mend it" not in due_on(client, day)
    for _number in range(7):
        TaskFactory(team=team, creator=alice, title="Mend it", due_date=day)
    assert "2 more" in due_on(client, day)
    Task.objects.filter(team=team).update(due_date=day + timedelta(days=1))
    assert "Mend it" not in due_on(client, day)
    assert "2 more" in due_on(client, day + timedelta(days=1))


def test_days_that_look_alike_are_not_rendered_again(client, alice, bob):
    addresses = "/tasks/calendar/?month=2031-05"
    client.force_login(alice)
    client.get(addresses)
    before = tasks.DAYS.cache_info()
    client.force_login(bob)
    client.get(addresses)
    after = tasks.DAYS.cache_info()
    assert (after.hits, after.misses) == (before.hits + 35, before.misses)


def test_the_fields_offer_ones_own_teams_as_they_are_called_now(client, alice, bob):
    team = TeamFactory(owner=alice, name="Gardeners")
    client.force_login(alice)
    assert "Gardeners" in client.get("/tasks/calendar/").content.decode()
    type(team).objects.filter(pk=team.pk).update(name="Foresters")
    html = client.get("/tasks/calendar/").content.decode()
    assert ("Gardeners" in html, "Foresters" in html) == (False, True)
    client.force_login(bob)
    assert "Foresters" not in client.get("/tasks/calendar/").content.decode()


def test_the_fields_keep_what_was_asked_for_and_no_memory_is_filled_by_it(client, alice):
    client.force_login(alice)
    before = web.CHIPS.cache_info().currsize
    for number in range(3):
        html = client.get("/tasks/calendar/", {"search": f"{number} {'word ' * 160}"}).content.decode()
        assert f'value="{number} word word' in html
    assert web.CHIPS.cache_info().currsize == before


def test_each_has_the_fields_in_their_language(client, alice, bob):
    User.objects.filter(pk=bob.pk).update(language="ru")
    said = {}
    for person in (alice, bob):
        client.logout()
        client.force_login(person)
        session = client.session
        session["preferences"] = (User.objects.get(pk=person.pk).language, "UTC")
        session.save()
        said[person.username] = client.get("/tasks/calendar/").content.decode()
    assert [("Assignee" in html, "Исполнитель" in html) for html in said.values()] == [
        (True, False),
        (False, True),
    ]
