"""A page as a blog: its articles by month and tag, feeds for programs, and what search engines are told."""

from datetime import UTC, datetime

import feedparser
import pytest
from django.utils.http import http_date

from innotter.blog.queries import months_of, tags_of
from innotter.blog.services import Upload, add_picture, delete_post, edit_article, publish_article, publish_post
from innotter.pages.services import create_page
from tests.pictures import picture


@pytest.fixture
def page(alice):
    return create_page(owner=alice, name="Essays & more", handle="essays", description="On <walking>")


def write(page, title, content="Slowly. #walking", at=None):
    return publish_article(author=page.owner, page=page, title=title, content=content, written_at=at)


def test_articles_are_listed_by_month_and_by_tag(page, client):
    write(page, "An old one", at=datetime(2024, 2, 29, 12, tzinfo=UTC))
    write(page, "A new one", content="Fast. #running and `#include`")
    publish_post(author=page.owner, page=page, content="A note")
    everything = client.get("/@essays/articles/").content.decode()
    assert "An old one" in everything
    assert "A new one" in everything
    assert "A note" not in everything
    assert "/@essays/articles/2024/02/" in everything
    assert "include" not in everything.split("Tags")[-1]
    february = client.get("/@essays/articles/2024/02/").content.decode()
    assert "An old one" in february
    assert "A new one" not in february
    assert "A new one" in client.get("/@essays/articles/?tag=running").content.decode()
    assert "No articles here" in client.get("/@essays/articles/?tag=swimming").content.decode()
    assert client.get("/@essays/articles/?tag=%00").status_code == 200
    assert client.get("/@essays/articles/2024/13/").status_code == 404
    front = client.get("/@essays/").content.decode()
    assert "<b>2</b> articles" in front
    assert "<b>3</b> posts" in front


def test_tags_are_counted_by_the_articles_that_carry_them_the_commonest_first(page, alice, client):
    for title, content in [("One", "#walking #tea"), ("Two", "#walking"), ("Three", "#autumn")]:
        write(page, title, content)
    publish_post(author=alice, page=page, content="A note is no article. #tea #notes")
    write(create_page(owner=alice, name="Another", handle="another"), "Elsewhere", "#tea")
    assert list(tags_of(page)) == [("walking", 2), ("autumn", 1), ("tea", 1)]
    assert [count for _month, count in months_of(page)] == [3]


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_a_public_page_has_a_feed_that_programs_understand(page, client, kind):
    article = write(page, "On <i>walking</i> & standing", content="Look: [here](/@essays/)\n\n| a |\n|---|\n| b |")
    image = add_picture(author=page.owner, post=article, upload=Upload(picture(size=(640, 480)), 'A "wall"'))
    edit_article(
        author=page.owner,
        post=article,
        title=article.title,
        content=f"{article.article.content}\n\n![x]({image.image_url})",
    )
    publish_post(author=page.owner, page=page, content="A note on https://example.org #tag")
    answer = client.get(f"/@essays/feed.{kind}")
    feed = feedparser.parse(answer.content)
    assert not feed.bozo, feed.bozo_exception
    assert feed.feed.title == "Essays & more"
    note, entry = feed.entries
    assert entry.title == "On <i>walking</i> & standing"
    assert entry.link == f"http://localhost:8000/posts/{article.pk}/"
    assert 'href="http://localhost:8000/@essays/"' in entry.summary
    assert "<table>" in entry.summary
    assert "A note on" in note.summary
    assert answer.headers["Content-Type"].startswith(f"application/{kind}+xml")


def test_a_feed_is_sent_again_only_when_it_has_changed(page, client):
    post = publish_post(author=page.owner, page=page, content="One")
    first = client.get("/@essays/feed.atom")
    by_tag = client.get("/@essays/feed.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert by_tag.status_code == 304
    second = publish_post(author=page.owner, page=page, content="Two")
    answer = client.get("/@essays/feed.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert answer.status_code == 200
    assert [entry.title for entry in feedparser.parse(answer.content).entries] == ["Two", "One"]
    delete_post(person=page.owner, post=second)
    later = client.get("/@essays/feed.atom", headers={"If-Modified-Since": http_date()})
    assert [entry.title for entry in feedparser.parse(later.content).entries] == ["One"], "the newest is gone"
    assert post.pk


def test_the_site_tells_search_engines_what_everybody_may_read(page, alice, client):
    article = write(page, "Public")
    hidden = write(create_page(owner=alice, name="P", handle="hidden-page", is_private=True), "Secret")
    assert "http://testserver/sitemap-articles.xml" in client.get("/sitemap.xml").content.decode()
    articles = client.get("/sitemap-articles.xml").content.decode()
    assert f"/posts/{article.pk}/" in articles
    assert f"/posts/{hidden.pk}/" not in articles
    pages = client.get("/sitemap-pages.xml").content.decode()
    assert "/@essays/" in pages
    assert "hidden-page" not in pages
    assert "Sitemap: http://localhost:8000/sitemap.xml" in client.get("/robots.txt").content.decode()


def test_an_article_can_be_shared_and_keeps_its_address(page, client):
    article = write(page, 'A "quoted" title')
    add_picture(author=page.owner, post=article, upload=Upload(picture(), "A wall"))
    html = client.get(f"/posts/{article.pk}/").content.decode()
    address = f"http://localhost:8000/posts/{article.pk}/"
    assert f'<link rel="canonical" href="{address}">' in html
    assert '<meta property="og:title" content="A &quot;quoted&quot; title">' in html
    assert '<meta property="og:image" content="http://localhost:8000/media/posts/' in html
    edit_article(author=page.owner, post=article, title="Another title", content="Slowly.")
    assert "Another title" in client.get(f"/posts/{article.pk}/").content.decode()
