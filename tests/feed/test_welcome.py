"""What visitors see first: the newest that everybody may read, and nothing of what they may not."""

import re

import pytest

from innotter.feed.queries import exploring
from innotter.pages.models import Page
from innotter.pages.services import FOR_EVER
from tests.factories.blog import PostFactory
from tests.factories.pages import PageFactory

pytestmark = pytest.mark.django_db


def shown(client):
    html = client.get("/").content.decode()
    return re.findall(r"Post number \d+", html)


def test_the_three_newest_public_posts_are_shown_without_replies(client):
    page, private, blocked = PageFactory(), PageFactory(is_private=True), PageFactory()
    posts = [PostFactory(page=page, content=f"Post number {number}") for number in range(1, 5)]
    PostFactory(page=page, content="Post number 5", reply_to=posts[0])
    PostFactory(page=private, content="Post number 6")
    PostFactory(page=blocked, content="Post number 7")
    Page.objects.filter(pk=blocked.pk).update(blocked_until=FOR_EVER)
    assert shown(client) == ["Post number 4", "Post number 3", "Post number 2"]


def test_a_site_of_private_pages_alone_is_not_searched_from_end_to_end(client, monkeypatch):
    monkeypatch.setattr(exploring, "POSTS_LOOKED_AT", 3)
    PostFactory(content="Post number 1")
    private = PageFactory(is_private=True)
    for number in range(2, 5):
        PostFactory(page=private, content=f"Post number {number}")
    assert shown(client) == []


def test_where_nothing_is_written_yet_nothing_is_headed(client):
    html = client.get("/").content.decode()
    assert ("New posts" in html, "New pages" in html) == (False, False)
