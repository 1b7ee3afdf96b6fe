"""Beside home and explore: what one has to do today, pages that one might follow, and what people write about."""

from datetime import timedelta

import pytest

from innotter.blog.services import publish_post
from innotter.tasks.models.task import today
from tests.factories.pages import FollowFactory, PageFactory
from tests.factories.tasks import TaskFactory, TeamFactory


@pytest.fixture
def beside(browser_of):
    def see(person, address="/"):
        _before, _tag, aside = browser_of(person).get(address).content.decode().partition('<aside class="beside"')
        return aside.partition("</aside>")[0]

    return see


def test_tasks_that_are_due_or_late_stand_there_for_who_has_them_alone(alice, bob, beside):
    team = TeamFactory(owner=alice, members=[bob])
    for title, days in [("Of today", 0), ("Of yesterday", -1), ("Of tomorrow", 1)]:
        TaskFactory(team=team, title=title, assignees=[alice], due_date=today() + timedelta(days=days))
    TaskFactory(team=team, title="Done already", assignees=[alice], due_date=today(), status="done")
    html = beside(alice)
    assert html.index("Of yesterday") < html.index("Of today")
    assert "Of tomorrow" not in html
    assert "Done already" not in html
    assert "Of today" in beside(alice, "/explore/")
    assert "Of today" not in beside(bob)


def test_pages_to_follow_are_those_one_does_not_know_and_may_read(alice, beside):
    known, mine = FollowFactory(follower=alice).page, PageFactory(owner=alice)
    asked = FollowFactory(follower=alice, status="pending").page
    new, private, silent = PageFactory(), PageFactory(private=True), PageFactory(name="Nothing written")
    for page in (known, asked, mine, new, private):
        publish_post(author=page.owner, page=page, content="Hello")
    html = beside(alice)
    assert new.get_absolute_url() in html
    assert [page for page in (known, asked, mine, private, silent) if page.get_absolute_url() in html] == []


def test_hashtags_lead_to_their_posts(alice, beside, client):
    page = PageFactory()
    publish_post(author=page.owner, page=page, content="First #frost")
    assert 'href="/tags/frost/"' in beside(alice)
    assert 'href="/tags/frost/"' in client.get("/explore/").content.decode()


def test_where_there_is_nothing_to_show_nothing_stands(alice, beside):
    assert beside(alice) == ""
