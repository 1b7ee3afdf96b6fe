"""Fields are changed where they are shown: in a row of a list, and on the page of a task."""

from datetime import timedelta

import pytest

from innotter.tasks import services
from innotter.tasks.models import Task
from innotter.tasks.models.task import today
from tests.factories.tasks import TaskFactory, TeamFactory

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/tasks/"}


@pytest.fixture
def team(alice, bob):
    return TeamFactory(owner=alice, members=[bob])


@pytest.fixture
def task(team, bob):
    return TaskFactory(team=team, title="Mend it", assignees=[bob], labels=["old"])


def now(task):
    return Task.objects.get(pk=task.pk)


def test_only_what_is_sent_is_changed(task, alice, bob, browser_of):
    answer = browser_of(alice).post(f"/tasks/{task.pk}/set/", {"priority": "3"}, headers={"Referer": "/tasks/?q=1"})
    assert answer["Location"] == f"/tasks/?q=1#task-{task.pk}"
    changed = now(task)
    assert (changed.priority, changed.status, changed.title) == (3, "todo", "Mend it")
    assert (list(changed.assignees.all()), changed.labels.get().name) == ([bob], "old")


def test_a_row_sends_all_of_its_fields_and_keeps_what_others_have_changed_meanwhile(task, alice, bob, browser_of):
    seen = task.version
    services.edit_task(editor=bob, task=task, status="in_progress")
    row = {"version": seen, "status": "todo", "assignees": str(alice.pk), "due_date": "", "place": "row"}
    answer = browser_of(alice).post(f"/tasks/{task.pk}/set/", row, headers=HTMX)
    assert (now(task).status, list(now(task).assignees.all())) == ("in_progress", [alice])
    # Somebody else was there, too: all fields are shown as they are.
    assert f'id="had-{task.pk}" hx-swap-oob="true"' in answer.content.decode()


def test_what_both_have_changed_is_refused_with_a_sentence_and_shown_as_it_is(task, alice, bob, browser_of):
    seen = task.version
    services.edit_task(editor=bob, task=task, priority=4)
    answer = browser_of(alice).post(f"/tasks/{task.pk}/set/", {"version": seen, "priority": "1"}, headers=HTMX)
    html = answer.content.decode()
    assert (answer.status_code, now(task).priority) == (409, 4)
    assert "Somebody else has changed this. Now it is: urgent" in html
    assert 'id="props" hx-swap-oob="true"' in html
    plain = browser_of(alice).post(
        f"/tasks/{task.pk}/set/", {"version": seen, "priority": "1"}, headers={"Referer": "/tasks/"}, follow=True
    )
    assert "Somebody else has changed this. Now it is: urgent" in plain.content.decode()


def test_a_title_that_cannot_be_kept_stands_in_its_form(task, alice, browser_of):
    answer = browser_of(alice).post(f"/tasks/{task.pk}/set/", {"title": "", "description": "A long *story*"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "A long *story*</textarea>" in html
    assert '<details class="edit-text" open>' in html
    assert now(task).title == "Mend it"


def test_two_who_write_the_same_text_lose_nothing(task, alice, bob, browser_of):
    seen = task.version
    services.edit_task(editor=bob, task=task, description="Theirs")
    sent = {"title": "Mend it", "description": "Mine", "version": seen}
    answer = browser_of(alice).post(f"/tasks/{task.pk}/set/", sent)
    html = answer.content.decode()
    assert (answer.status_code, now(task).description) == (409, "Theirs")
    assert "Mine</textarea>" in html
    assert "Now it is: Theirs" in html
    # Whoever sends it again has seen it.
    assert f'name="version" value="{now(task).version}" id="id_text_version"' in html


@pytest.mark.parametrize(("word", "days"), [("today", 0), ("tomorrow", 1), ("week", 7), ("none", None)])
def test_a_due_date_is_said_in_a_word(task, alice, browser_of, word, days):
    browser_of(alice).post(f"/tasks/{task.pk}/set/", {"due": word, "due_date": "2030-01-01"})
    assert now(task).due_date == (None if days is None else today() + timedelta(days=days))


def test_several_people_stay_until_others_are_chosen(task, alice, bob, browser_of):
    services.edit_task(editor=alice, task=task, assignees=[alice, bob])
    both = f"{bob.pk},{alice.pk}"
    assert f'<option value="{both}" selected>' in browser_of(alice).get("/tasks/").content.decode()
    browser_of(alice).post(f"/tasks/{task.pk}/set/", {"assignees": both})
    assert set(now(task).assignees.all()) == {alice, bob}
    browser_of(alice).post(f"/tasks/{task.pk}/set/", {"assignees": ""})
    assert list(now(task).assignees.all()) == []


def test_guests_see_the_same_without_fields(task, team, carol, browser_of):
    services.accept_invitation(
        person=carol, invitation=services.invite(owner=task.creator, team=team, who=carol.username, role="guest")
    )
    for address in ("/tasks/", f"/tasks/{task.pk}/"):
        html = browser_of(carol).get(address).content.decode()
        assert ("Mend it" in html, f"/tasks/{task.pk}/set/" in html) == (True, False)
    assert browser_of(carol).post(f"/tasks/{task.pk}/set/", {"status": "done"}, headers=HTMX).status_code == 403
    assert now(task).status == "todo"


def test_a_list_is_grouped_by_status_in_the_order_of_the_board(team, alice, browser_of):
    for title, status in (("A", "done"), ("B", "backlog"), ("C", "in_progress"), ("D", "backlog")):
        TaskFactory(team=team, title=title, status=status)
    html = browser_of(alice).get(f"/tasks/?group=status&team={team.pk}&ordering=title").content.decode()
    places = [html.index(f"</span> {title}</a>") for title in "BDCA"]
    assert places == sorted(places)
    assert html.count('class="group"') == 3
    assert 'id="group-backlog">Backlog <span class="soft">2</span>' in html
