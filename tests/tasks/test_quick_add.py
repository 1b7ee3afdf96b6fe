"""A task is created where it will stand, by its title alone."""

import pytest

from innotter.tasks.models import Task
from innotter.tasks.services import create_team


@pytest.fixture
def team(alice):
    return create_team(owner=alice, name="Masons", key="MAS")


def test_on_a_board_it_stands_in_its_column_and_the_next_can_follow(alice, team, browser_of):
    browser = browser_of(alice)
    board = f"/tasks/?view=board&team={team.pk}"
    assert f'action="/tasks/new/?team={team.pk}&amp;back=board"' in browser.get(board).content.decode()

    answer = browser.post(
        f"/tasks/new/?team={team.pk}&back=board", {"title": "Mix mortar", "status": "in_progress", "priority": "0"}
    )
    task = Task.objects.get()
    assert (task.title, task.status, task.team) == ("Mix mortar", "in_progress", team)
    assert answer["Location"] == f"{board}&added=in_progress#task-{task.pk}"
    shown = browser.get(answer["Location"]).content.decode()
    assert shown.count('<details class="quick-add" open>') == 1
    assert "Mix mortar" in shown


def test_on_a_list_one_stays_on_it(alice, team, browser_of):
    browser = browser_of(alice)
    form = {"title": "Mix mortar", "status": "todo", "priority": "0"}
    assert browser.post("/tasks/new/?back=list", form)["Location"] == "/tasks/?added=list"
    answer = browser.post(f"/tasks/new/?team={team.pk}&back=list", form)
    assert answer["Location"] == f"/tasks/?team={team.pk}&added=list"
    assert '<details class="quick-add" open>' in browser.get(answer["Location"]).content.decode()


def test_what_is_wrong_is_shown_on_the_whole_form(alice, team, browser_of):
    answer = browser_of(alice).post(
        f"/tasks/new/?team={team.pk}&back=board", {"title": "", "status": "todo", "priority": "0"}
    )
    assert answer.status_code == 422
    assert "id_title_error" in answer.content.decode()
    assert not Task.objects.exists()


def test_nobody_is_sent_elsewhere(alice, browser_of):
    form = {"title": "Mix mortar", "status": "todo", "priority": "0"}
    answer = browser_of(alice).post("/tasks/new/?back=https://example.com/", form)
    assert answer["Location"] == Task.objects.get().get_absolute_url()


def test_on_a_calendar_one_comes_back_to_its_month(alice, team, browser_of):
    form = {"title": "Mix mortar", "status": "todo", "priority": "0", "due_date": "2031-05-04"}
    answer = browser_of(alice).post(f"/tasks/new/?team={team.pk}&back=calendar", form)
    assert answer["Location"] == "/tasks/calendar/?month=2031-05"
    shown = browser_of(alice).get(answer["Location"]).content.decode()
    assert "Mix mortar" in shown
    assert 'href="/tasks/new/?due_date=2031-05-04&amp;back=calendar"' in shown
