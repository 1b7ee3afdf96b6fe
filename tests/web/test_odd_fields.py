"""Fields of forms that no page of ours would send: refused in words, and never a failure."""

import pytest

from innotter.tasks.models import Task
from tests.factories.pages import FollowFactory, PageFactory
from tests.factories.tasks import TaskFactory, TeamFactory

#: What somebody may have put where an address of this site belongs.
NOWHERE = ["tasks", "-1", "[]", "2026-01-01", "?view=board", "#x", "accounts:settings", "\x00", "//", "/\\", "..", " "]


@pytest.mark.parametrize("address", NOWHERE)
def test_whoever_signs_in_gets_in_wherever_the_link_led_to(alice, client, browser_of, address):
    sent = {"identifier": alice.username, "password": "correct-horse-7", "next": address}
    for answer in (
        client.post("/login/", sent),
        browser_of(alice).get("/login/", {"next": address}),
    ):
        assert answer.status_code == 302
        assert answer.url.startswith("/")
        assert not answer.url.startswith(("//", "/\\"))


@pytest.mark.parametrize("address", NOWHERE)
def test_tasks_are_changed_and_shown_wherever_the_form_says_to_go(alice, browser_of, address):
    task = TaskFactory(team=TeamFactory(owner=alice))
    answer = browser_of(alice).post("/tasks/bulk/", {"tasks": task.pk, "status": "done", "next": address})
    assert answer.status_code == 302
    assert answer.url.startswith("/")
    assert Task.objects.get().status == "done"


@pytest.mark.parametrize("name", ["@", "@@", " @ "])
def test_nobody_is_called_by_a_sign_alone(alice, browser_of, name):
    task = TaskFactory(team=TeamFactory(owner=alice))
    answer = browser_of(alice).post("/tasks/bulk/", {"tasks": task.pk, "assignee": name})
    assert answer.status_code == 400
    assert "Say what is to be changed." in answer.content.decode()


def test_a_null_character_names_nothing(alice, browser_of):
    page = PageFactory(owner=alice, is_private=True)
    FollowFactory(page=page, status="pending", accepted_at=None)
    browser = browser_of(alice)
    assert browser.post("/drafts/new/", {"page": "\x00"}).status_code == 400
    answer = browser.post(f"/@{page.handle}/requests/", {"users": "\x00", "decision": "accept"})
    assert answer.status_code == 400
    assert "Some of this needs another look." in answer.content.decode()
