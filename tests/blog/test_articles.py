"""A-2, A-4: articles, written as drafts that nobody else sees, and read as safe HTML."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from innotter.blog import services
from innotter.blog.models import Draft, Post
from innotter.errors import Conflict, Forbidden, Invalid
from tests.factories.blog import PostFactory
from tests.factories.pages import FollowFactory, PageFactory


def publish(page, title="The north", content="# Winter\n\nIt is *long*."):
    return services.publish_article(author=page.owner, page=page, title=title, content=content)


def test_a_draft_is_written_kept_and_published_on_the_site(alice, browser_of, client):
    page, browser = PageFactory(owner=alice), browser_of(alice)
    sheet = browser.post("/drafts/new/", {"page": page.handle}).url
    browser.post(f"{sheet}keep/", {"title": "Half", "content": "a thou"})
    assert 'value="Half"' in browser.get(sheet).content.decode()
    assert "Half" in browser.get("/drafts/").content.decode()
    assert not Post.objects.exists()

    text = {"title": " Whole   thing ", "content": "It is **done**."}
    assert browser.post(sheet, text).url == sheet, "kept as a draft"
    published = browser.post(sheet, text | {"publish": "1"}).url
    assert not Draft.objects.exists()
    html = client.get(published).content.decode()
    assert "<h1>Whole thing</h1>" in html
    assert "It is <strong>done</strong>." in html


def test_nobody_sees_or_writes_on_the_drafts_of_others(alice, bob, mia, browser_of):
    draft = services.begin_draft(author=alice, page=PageFactory(owner=alice))
    for person in (bob, mia):
        browser = browser_of(person)
        assert browser.get(f"/drafts/{draft.pk}/").status_code == 404
        assert browser.post(f"/drafts/{draft.pk}/keep/", {"title": "Mine"}).status_code == 404
        with pytest.raises(Forbidden):
            services.keep_draft(author=person, draft=draft, title="Mine", content="")
        with pytest.raises(Forbidden):
            services.publish_draft(author=person, draft=draft)
    assert Draft.objects.get().title == ""


@pytest.mark.parametrize(
    ("text", "field"),
    [({"title": "", "content": "x"}, "title"), ({"title": "x", "content": " "}, "text"), ({"title": "x" * 201}, "200")],
)
def test_what_is_not_whole_is_not_published_and_not_lost(alice, browser_of, text, field):
    page, browser = PageFactory(owner=alice), browser_of(alice)
    sheet = browser.post("/drafts/new/", {"page": page.handle}).url
    refused = browser.post(sheet, {"content": "Kept words"} | text | {"publish": "1"})
    assert refused.status_code in {400, 422}
    assert field in refused.content.decode()
    assert not Post.objects.exists()
    assert Draft.objects.count() == 1


def test_a_published_article_stays_as_it_is_while_its_change_is_written(alice, browser_of, client):
    post, browser = publish(PageFactory(owner=alice)), browser_of(alice)
    sheet = browser.post(f"/posts/{post.pk}/change/").url
    assert browser.post(f"/posts/{post.pk}/change/").url == sheet, "one draft for each article"
    browser.post(f"{sheet}keep/", {"title": "The south", "content": "Summer."})
    assert "The north" in client.get(f"/posts/{post.pk}/").content.decode()
    assert browser.post(sheet, {"title": "The south", "content": "Summer.", "publish": "1"}).url == f"/posts/{post.pk}/"
    html = client.get(f"/posts/{post.pk}/").content.decode()
    assert "The south" in html
    assert "edited" in html


def test_an_article_is_a_card_in_the_feed_and_on_its_page(bob, as_person, browser_of):
    page = FollowFactory(follower=bob).page
    post = publish(page, content="# Winter\n\n" + "It is long. " * 100 + "<script>alert(1)</script>")
    shown = as_person(bob).get("/api/feed/").json()["results"]
    assert shown == [as_person(bob).get(f"/api/posts/{post.pk}/").json()]
    assert (shown[0]["kind"], shown[0]["title"]) == ("article", "The north")
    assert shown[0]["content"].startswith("It is long.")
    assert len(shown[0]["content"]) < 250
    html = browser_of(bob).get("/").content.decode()
    assert f'<h2><a href="/posts/{post.pk}/">The north</a></h2>' in html


def test_an_article_is_not_changed_as_if_it_were_a_note(alice, as_person, browser_of):
    post = publish(PageFactory(owner=alice))
    assert as_person(alice).patch(f"/api/posts/{post.pk}/", {"content": "Ha"}).status_code == 409
    assert browser_of(alice).post(f"/posts/{post.pk}/edit/", {"content": "Ha"}).status_code == 404
    with pytest.raises(Conflict):
        services.edit_post(author=alice, post=post, content="Ha")
    with pytest.raises(Forbidden):
        services.draft_of(author=alice, post=PostFactory(page=post.page))


def test_the_same_text_changes_nothing(alice):
    post = publish(PageFactory(owner=alice))
    services.edit_article(author=alice, post=post, title=post.title, content=post.article.content)
    assert not Post.objects.get().is_edited
    with pytest.raises(Invalid):
        services.edit_article(author=alice, post=post, title="", content="x")


def test_an_edit_is_compared_with_the_text_as_it_is_and_not_as_it_was_read(alice):
    article = publish(PageFactory(owner=alice), title="On walking", content="Slowly.")
    read_before = Post.objects.select_related("article", "page").get(pk=article.pk)
    services.edit_article(author=alice, post=article, title="On walking", content="Fast.")
    services.edit_article(author=alice, post=read_before, title="On walking", content="Slowly.")
    assert Post.objects.get(pk=article.pk).article.content == "Slowly."


@pytest.mark.parametrize(
    "shape",
    [
        {"kind": "article", "title": ""},
        {"kind": "note", "title": "T"},
        {"kind": "article", "title": "T", "answered_id": 1},
    ],
)
def test_the_database_keeps_the_shape_of_each_kind(db, shape):
    with pytest.raises(IntegrityError), transaction.atomic():
        PostFactory(**shape)


def test_the_preview_is_what_will_be_read(alice, browser_of, client):
    html = browser_of(alice).post("/drafts/preview/", {"content": "**a** <script>b</script>"}).content.decode()
    assert "<strong>a</strong>" in html
    assert "script" not in html
    assert client.post("/drafts/preview/", {"content": "x"}).status_code == 302


def test_the_tables_of_the_blog_are_made_by_its_migrations_and_nothing_is_left_out(db):
    """A-1: a Django app named `blog`."""
    tables = {model._meta.db_table for model in apps.get_app_config("blog").get_models()}
    assert tables <= set(connection.introspection.table_names())
    call_command("makemigrations", "blog", check_changes=True, dry_run=True, verbosity=0)


def test_an_article_has_a_longest_text_at_every_door(alice, as_person, browser_of, monkeypatch):
    monkeypatch.setattr("innotter.blog.services.writing.LONGEST_ARTICLE", 20)
    page = PageFactory(owner=alice)
    body = {"page": page.handle, "title": "Long", "content": "x" * 21}
    assert "content" in as_person(alice).post("/api/blog/posts/", body, format="json").json()["errors"]
    browser = browser_of(alice)
    assert browser.post("/drafts/preview/", {"content": "x" * 21}).status_code == 400
    draft = services.begin_draft(author=alice, page=page)
    assert browser.post(f"/drafts/{draft.pk}/", {"title": "Long", "content": "x" * 21}).status_code in {400, 422}
