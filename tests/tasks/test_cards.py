"""Cards of a board and rows of a list are kept as they were rendered, and still show every change at once."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from innotter.accounts.models import User
from innotter.tasks import services
from innotter.tasks.models import Task
from innotter.tasks.templatetags import tasks
from tests.factories.tasks import TaskFactory, TeamFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.now().date()


def rename_label(task):
    task.labels.update(name="gardening")


def rename_person(task):
    User.objects.filter(pk=task.assignees.get().pk).update(name="Somebody Else")


def talk(task):
    services.comment_on_task(author=task.creator, task=task, text="Hm")


def add_subtask(task):
    TaskFactory(team=task.team, parent=task)


CHANGES = {
    "its title": (lambda task: Task.objects.filter(pk=task.pk).update(title="Another title"), "Another title"),
    "its priority": (lambda task: Task.objects.filter(pk=task.pk).update(priority=4), "priority p4"),
    "its due date": (lambda task: Task.objects.filter(pk=task.pk).update(due_date=TODAY + timedelta(9)), "datetime="),
    "that it is late": (lambda task: Task.objects.filter(pk=task.pk).update(due_date=TODAY - timedelta(9)), "late"),
    "the name of a label": (rename_label, "gardening"),
    "the name of a person": (rename_person, "Somebody Else"),
    "a comment": (talk, "comments:"),
    "a subtask": (add_subtask, "0/1"),
    "the title of what it is part of": (
        lambda task: Task.objects.filter(pk=task.pk).update(
            parent=TaskFactory(team=task.team, title="The whole garden").pk
        ),
        '<span class="of">The whole garden</span>',
    ),
}


KEPT = {"board": tasks.CARDS, "list": tasks.ROWS}
TOKEN = re.compile('name="csrfmiddlewaretoken" value="[^"]*"')
VIEWS = {"board": ("?view=board&team=%d", 'id="task-%d"'), "list": ("?team=%d", 'name="tasks" value="%d"')}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("what", CHANGES)
def test_a_board_and_a_list_show_at_once(client, alice, what, view):
    team = TeamFactory(owner=alice)
    task = TaskFactory(team=team, creator=alice, title="Mend the fence", assignees=[alice])
    task.labels.add(team.labels.create(name="outside"))
    client.force_login(alice)
    address, mark = VIEWS[view]
    change, shown = CHANGES[what]

    def card():
        page = client.get("/tasks/" + address % team.pk).content.decode()
        return TOKEN.sub("", page.split(mark % task.pk)[1].partition("\n</li>")[0])

    before = card()
    assert before == card()
    change(task)
    assert (shown in before, shown in card()) == (False, True)


@pytest.mark.parametrize("view", VIEWS)
def test_what_is_as_it_was_is_not_rendered_again(client, alice, view):
    team = TeamFactory(owner=alice)
    TaskFactory(team=team, creator=alice)
    client.force_login(alice)
    address = "/tasks/" + VIEWS[view][0] % team.pk
    client.get(address)
    before = KEPT[view].cache_info()
    client.get(address)
    after = KEPT[view].cache_info()
    assert (after.hits, after.misses) == (before.hits + 1, before.misses)


def test_what_says_very_much_is_shown_and_fills_no_memory(client, alice):
    team = TeamFactory(owner=alice)
    task = TaskFactory(team=team, creator=alice, title="T" * 190, assignees=[alice])
    task.labels.set([team.labels.create(name=f"{number} {'l' * 25}") for number in range(8)])
    client.force_login(alice)
    before = [kept.cache_info().currsize for kept in KEPT.values()]
    for address, _mark in VIEWS.values():
        assert "T" * 190 in client.get("/tasks/" + address % team.pk).content.decode()
    assert [kept.cache_info().currsize for kept in KEPT.values()] == before


def test_each_reads_cards_in_their_language(client, alice, bob):
    team = TeamFactory(owner=alice, members=[bob])
    TaskFactory(team=team, priority=4)
    for person, language, word in ((alice, "en", "Urgent"), (bob, "ru", "Срочный"), (alice, "en", "Urgent")):
        User.objects.filter(pk=person.pk).update(language=language)
        client.force_login(person)
        client.cookies["django_language"] = language
        page = client.get(f"/tasks/?view=board&team={team.pk}", headers={"Accept-Language": language}).content.decode()
        assert word in page
