"""Whoever has a task keeps it when somebody changes something else about it: also who may be given none any more."""

import re

import pytest

from innotter.accounts.services import block_user, unblock_user
from innotter.tasks import services
from innotter.tasks.models import Membership, Task
from tests.factories.tasks import TaskFactory, TeamFactory


@pytest.fixture
def team(alice, bob, carol):
    return TeamFactory(owner=alice, members=[bob, carol])


def membership(team, person):
    return Membership.objects.get(team=team, user=person)


def done_by(team, *people):
    task = TaskFactory(team=team, title="Old", assignees=people)
    return services.edit_task(editor=team.memberships.first().user, task=task, status="done")


def sent_back(html):
    """What a browser sends when nothing on the form is touched."""
    names = re.findall(r'name="assignees" value="(\d+)"[^>]*checked', html)
    return {
        "version": re.search(r'name="version" value="(\d+)"', html)[1],
        "status": re.search(r'<option value="(\w+)" selected', html)[1],
        "priority": "0",
        "description": "",
        "labels": "",
        "parent": "",
        "metadata": "{}",
        "assignees": names,
    }


LOST = {
    "left": lambda team, bob, ada: services.leave_team(member=bob, team=team),
    "a guest": lambda team, bob, ada: services.change_role(
        owner=team.memberships.first().user, membership=membership(team, bob), role="guest"
    ),
    "blocked": lambda team, bob, ada: block_user(admin=ada, user=bob),
}


@pytest.mark.parametrize("how", LOST)
def test_a_form_that_changes_a_title_leaves_those_who_have_it(team, alice, bob, carol, ada, browser_of, how):
    task = done_by(team, bob, carol)
    LOST[how](team, bob, ada)
    browser = browser_of(alice)
    html = browser.get(f"/tasks/{task.pk}/edit/").content.decode()
    answer = browser.post(f"/tasks/{task.pk}/edit/", sent_back(html) | {"title": "New"})
    assert answer.status_code == 302, answer.content.decode()
    assert Task.objects.get(pk=task.pk).title == "New"
    assert set(task.assignees.all()) == {bob, carol}
    assert task.history.order_by("-pk").first().field == "title"


@pytest.mark.parametrize("how", LOST)
def test_a_form_can_take_it_from_them(team, alice, bob, carol, ada, browser_of, how):
    task = done_by(team, bob, carol)
    LOST[how](team, bob, ada)
    browser = browser_of(alice)
    sent = sent_back(browser.get(f"/tasks/{task.pk}/edit/").content.decode())
    sent["assignees"].remove(str(bob.pk))
    browser.post(f"/tasks/{task.pk}/edit/", sent | {"title": "Old"})
    assert list(task.assignees.all()) == [carol]
    html = browser.get(f"/tasks/{task.pk}/edit/").content.decode()
    assert f'value="{bob.pk}"' not in html, "nor is it theirs again"


@pytest.mark.parametrize("how", LOST)
def test_a_program_sends_back_what_it_has_read(team, alice, bob, carol, ada, as_person, how):
    task = done_by(team, bob, carol)
    LOST[how](team, bob, ada)
    me = as_person(alice)
    read = me.get(f"/api/tasks/{task.pk}/").json()
    sent = {name: read[name] for name in ("title", "assignees", "version")} | {"title": "New"}
    assert me.put(f"/api/tasks/{task.pk}/", sent, format="json").status_code == 200
    assert set(task.assignees.all()) == {bob, carol}
    assert me.post(f"/api/tasks/{task.pk}/assign/", {"assignees": read["assignees"]}, format="json").status_code == 200
    other = TaskFactory(team=team)
    assert me.post(f"/api/tasks/{other.pk}/assign/", {"assignees": ["bob"]}, format="json").status_code == 400


def test_who_is_let_in_again_has_it_still(team, alice, bob, ada, browser_of):
    task = TaskFactory(team=team, title="Old", assignees=[bob])
    block_user(admin=ada, user=bob)
    browser = browser_of(alice)
    sent = sent_back(browser.get(f"/tasks/{task.pk}/edit/").content.decode())
    browser.post(f"/tasks/{task.pk}/edit/", sent | {"title": "New"})
    unblock_user(admin=ada, user=bob)
    assert list(task.assignees.all()) == [bob]
