"""Articles may have a million characters: a list, a feed, an export or a sitemap does not read all of them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from innotter.blog.handlers import page_export
from innotter.blog.models import ArticleText, Post
from innotter.blog.services import begin_draft
from innotter.blog.views import syndication
from tests.factories.blog import ArticleFactory, PostFactory
from tests.factories.pages import PageFactory


@pytest.fixture
def page(alice):
    page = PageFactory(owner=alice, handle="essays")
    for number in range(3):
        ArticleFactory(page=page, title=f"Essay {number}", content=f"Slowly, {number} times.")
    return page


@pytest.mark.parametrize("address", ["/api/blog/posts/", "/@essays/articles/", "/sitemap.xml", "/drafts/"])
def test_what_shows_no_text_reads_none(page, alice, browser_of, address):
    begin_draft(author=alice, page=page)
    browser = browser_of(alice)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    texts = ('"blog_articletext"."html"', '"blog_articletext"."content"', '"blog_draft"."content"')
    assert [text for text in texts if any(text in query["sql"] for query in queries)] == []


def test_the_sitemap_says_when_the_newest_was_changed_without_reading_all(page, client):
    with CaptureQueriesContext(connection) as queries:
        body = client.get("/sitemap.xml").content.decode()
    newest = Post.objects.latest("updated_at").updated_at
    assert f"<lastmod>{newest.date().isoformat()}" in body
    assert [query["sql"] for query in queries if '"blog_post"."title"' in query["sql"]] == []


def test_a_feed_holds_so_much_and_then_beginnings(page, client, monkeypatch):
    monkeypatch.setattr(syndication, "MOST_HTML", 40)
    ArticleText.objects.update(html="<p>The whole of it, slowly.</p>")
    body = client.get("/@essays/feed.atom").content.decode()
    assert body.count("The whole of it, slowly.") == 1
    assert body.count("times.") == 2
    assert body.count("<entry>") == 3


@pytest.mark.parametrize(
    ("html", "whole"),
    [
        ('<a href="/x" rel="n">y</a>', '<a href="http://localhost:8000/x" rel="n">y</a>'),
        ('<img alt="a > b" src="/m.webp">', '<img alt="a > b" src="http://localhost:8000/m.webp">'),
        ('<a href="//other.example/x">y</a>', '<a href="//other.example/x">y</a>'),
        ('<a href="https://other.example/">y</a>', '<a href="https://other.example/">y</a>'),
        ('<p>&lt;a href="/x"&gt;</p>', '<p>&lt;a href="/x"&gt;</p>'),
        ('<p title=" href=">/x</p>', '<p title=" href=">/x</p>'),
    ],
)
def test_links_of_a_feed_lead_here(settings, html, whole):
    settings.SITE_URL = "http://localhost:8000"
    assert syndication.with_whole_addresses(html) == whole


def test_an_export_holds_few_texts_at_a_time(page, monkeypatch):
    monkeypatch.setattr(page_export, "AT_ONCE", 2)
    PostFactory(page=page)
    with CaptureQueriesContext(connection) as queries:
        posts = list(page_export._with_pictures(Post.objects.filter(page=page).order_by("pk")))
    assert len(posts) == 4
    assert len([query for query in queries if 'FROM "blog_postimage"' in query["sql"]]) == 2, "for two at a time"
