"""What is offered behind an @ or a # is what somebody may find, and little of it."""

import re

import pytest

from innotter.blog.services import publish_post
from innotter.pages.services import create_page
from tests.factories.accounts import UserFactory
from tests.factories.tasks import TaskFactory, TeamFactory


def offered(browser, **asks):
    answer = browser.get("/complete/", asks, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return re.findall('data-text="([^"]+)"', answer.content.decode())


def test_pages_are_offered_by_handle_and_name(alice, browser_of):
    create_page(owner=alice, name="The kitchen", handle="stove")
    create_page(owner=alice, name="Stones", handle="stones", is_private=True)
    blocked = create_page(owner=UserFactory(is_blocked=False), name="Stolen", handle="stolen")
    blocked.owner.is_blocked = True
    blocked.owner.save()
    browser = browser_of(UserFactory())
    assert set(offered(browser, sign="@", q="sto")) == {"@stones", "@stove"}
    assert offered(browser, sign="@", q="kitch") == ["@stove"]
    assert offered(browser, sign="@", q="") == []


def test_hashtags_are_offered_that_one_may_read(alice, browser_of):
    seen, hidden = (create_page(owner=alice, name="P", handle=f"tags-{n}", is_private=n == 1) for n in range(2))
    publish_post(author=alice, page=seen, content="#breads and #breakfast")
    publish_post(author=alice, page=hidden, content="#breakup")
    assert set(offered(browser_of(UserFactory()), sign="#", q="brea")) == {"#breads", "#breakfast"}


def test_there_are_eight_at_the_most(alice, browser_of):
    for number in range(12):
        create_page(owner=alice, name="Crowd", handle=f"crowd-{number}")
    assert len(offered(browser_of(alice), sign="@", q="crowd")) == 8


def test_about_a_task_its_people_are_offered_and_to_nobody_else(alice, bob, carol, browser_of):
    task = TaskFactory(team=TeamFactory(owner=alice, members=[bob]))
    assert offered(browser_of(alice), sign="@", q="", task=task.pk) == [f"@{bob.username}"]
    assert offered(browser_of(alice), sign="@", q=bob.username[:2], task=task.pk) == [f"@{bob.username}"]
    assert offered(browser_of(alice), sign="#", q="a", task=task.pk) == []
    assert offered(browser_of(carol), sign="@", q="", task=task.pk) == []
    assert offered(browser_of(carol), sign="@", q="", task="nonsense") == []


@pytest.mark.parametrize("limit", ["complete_account", "complete_address"])
def test_nobody_asks_without_end(alice, browser_of, settings, limit):
    settings.THROTTLES = settings.THROTTLES | {limit: "1/minute"}
    browser = browser_of(alice)
    offered(browser, sign="@", q="a")
    assert browser.get("/complete/?sign=@&q=b").status_code == 429
