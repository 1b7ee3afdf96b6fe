"""What is written on public pages, for whoever looks around: newest first, part by part."""

import pytest

from innotter.blog.services import publish_post
from innotter.feed.queries import exploring
from tests.factories.pages import FollowFactory, PageFactory

ADDRESS = "/explore/posts/"


@pytest.fixture
def written():
    """A way to write on a page."""

    def write(page, words, **options):
        return publish_post(author=page.owner, page=page, content=words, **options)

    return write


def read(browser, **question):
    return browser.get(ADDRESS, question).content.decode()


def test_posts_of_public_pages_are_there_without_replies(alice, written, client):
    page = PageFactory(owner=alice)
    first = written(page, "The first frost")
    written(page, "Kale likes it", reply_to=first)
    written(page, "The second frost")
    html = read(client)
    assert html.index("The second frost") < html.index("The first frost")
    assert "Kale likes it" not in html


def test_private_posts_are_there_for_nobody_not_even_for_followers(alice, bob, written, client, browser_of):
    private = PageFactory(owner=alice, private=True)
    FollowFactory(page=private, follower=bob)
    written(private, "Between us")
    for browser in (client, browser_of(bob), browser_of(alice)):
        assert "Between us" not in read(browser)


def test_the_list_is_read_on_from_the_last_post(alice, written, client, monkeypatch):
    monkeypatch.setattr("innotter.feed.views.home.PAGE_SIZE", 2)
    page = PageFactory(owner=alice)
    posts = [written(page, f"Number {number}") for number in range(3)]
    html = read(client)
    assert f"?before={posts[1].pk}" in html
    assert "Number 0" not in html
    rest = read(client, before=posts[1].pk)
    assert "Number 0" in rest
    assert "Older posts" not in rest


def test_it_goes_on_behind_as_many_private_posts_as_are_looked_at(alice, written, client, monkeypatch):
    monkeypatch.setattr(exploring, "POSTS_WALKED", 2)
    public, private = PageFactory(owner=alice), PageFactory(owner=alice, private=True)
    written(public, "Far behind")
    hidden = [written(private, f"Hidden {number}") for number in range(2)]
    assert f"?before={hidden[0].pk}" in read(client)
    assert "Far behind" in read(client, before=hidden[0].pk)


@pytest.mark.parametrize("before", ["x", "0", "99999999999999999999999"])
def test_nonsense_is_no_fault(db, client, before):
    assert client.get(ADDRESS, {"before": before}).status_code == 200
