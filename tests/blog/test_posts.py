"""B-7: posts."""

import pytest

from innotter.blog import services
from innotter.blog.models import Post
from innotter.blog.models.post import count_characters
from innotter.errors import Forbidden
from innotter.pages.models import Page
from tests.factories.blog import PostFactory
from tests.factories.pages import PageFactory

FAMILY = "👨‍👩‍👧‍👦"


def test_a_person_posts_on_their_own_page(alice, as_person, api):
    page = PageFactory(owner=alice)
    answer = as_person(alice).post("/api/posts/", {"page": page.handle.upper(), "content": "  Hello\r\nthere "})

    assert answer.status_code == 201
    shown = answer.json()
    assert (shown["page"], shown["content"], shown["likes"], shown["liked_by_me"]) == (
        page.handle,
        "Hello\nthere",
        0,
        False,
    )
    assert api.get(f"/api/posts/{shown['id']}/").json() == shown
    assert Page.objects.get().last_post_id == shown["id"]


def test_nobody_posts_on_the_pages_of_others(bob, mia, as_person, api):
    page = PageFactory()
    for person in (bob, mia):
        assert as_person(person).post("/api/posts/", {"page": page.handle, "content": "Hi"}).status_code == 403
    assert api.post("/api/posts/", {"page": page.handle, "content": "Hi"}).status_code == 401
    with pytest.raises(Forbidden):
        services.publish_post(author=bob, page=page, content="Hi")
    assert not Post.objects.exists()


@pytest.mark.parametrize(("text", "length"), [("abc", 3), (FAMILY, 1), ("e\u0301", 1), ("🇩🇪🇫🇷", 2), ("й", 1)])
def test_characters_are_counted_as_people_count_them(text, length):
    assert count_characters(text) == length


@pytest.mark.parametrize("text", ["x" * 180, FAMILY * 180, "ё" * 180, "x"])
def test_a_post_has_at_most_180_characters(alice, as_person, text):
    PageFactory(owner=alice, handle="wonder")
    assert as_person(alice).post("/api/posts/", {"page": "wonder", "content": text}).status_code == 201


def test_what_is_far_too_long_is_not_counted_to_its_end(alice, browser_of, monkeypatch):
    """That takes the square of its length, where it is all flags."""
    monkeypatch.setattr("innotter.blog.models.post.count_characters", pytest.fail)
    PageFactory(owner=alice, handle="wonder")
    answer = browser_of(alice).post("/posts/new/", {"page": "wonder", "content": "\U0001f1e6" * 2001})
    assert answer.status_code == 422
    assert "far longer" in answer.content.decode()


@pytest.mark.parametrize(
    "text", ["x" * 181, FAMILY * 181, "", "  \n ", None, "x" * 100_000, "a\x00b", "e" + "\u0301" * 3000, 7.5]
)
def test_a_longer_or_empty_one_is_refused(alice, as_person, text):
    PageFactory(owner=alice, handle="wonder")
    answer = as_person(alice).post("/api/posts/", {"page": "wonder", "content": text})

    if text == 7.5:
        assert answer.status_code == 201, "a number is text too"
    else:
        assert answer.status_code == 400
        assert "content" in answer.json()["errors"]
        assert not Post.objects.exists()


def test_a_post_on_a_page_that_is_not_there_is_a_404(alice, as_person):
    assert as_person(alice).post("/api/posts/", {"page": "nowhere", "content": "Hi"}).status_code == 404


def test_its_author_edits_it_and_the_same_text_changes_nothing(alice, as_person):
    post = PostFactory(page__owner=alice, content="Before")
    me = as_person(alice)
    unchanged = me.patch(f"/api/posts/{post.pk}/", {"content": "Before "}).json()
    assert unchanged["created_at"] == unchanged["updated_at"]

    changed = me.patch(f"/api/posts/{post.pk}/", {"content": "After"}).json()
    assert changed["content"] == "After"
    assert changed["created_at"] < changed["updated_at"]
    assert me.patch(f"/api/posts/{post.pk}/", {"content": "x" * 181}).status_code == 400


def test_nobody_else_edits_or_deletes_it_but_a_moderator_deletes(bob, mia, as_person):
    post = PostFactory()
    assert as_person(bob).patch(f"/api/posts/{post.pk}/", {"content": "Mine"}).status_code == 403
    assert as_person(bob).delete(f"/api/posts/{post.pk}/").status_code == 403
    assert as_person(mia).patch(f"/api/posts/{post.pk}/", {"content": "Mine"}).status_code == 403
    assert as_person(mia).delete(f"/api/posts/{post.pk}/").status_code == 204
    assert as_person(mia).delete(f"/api/posts/{post.pk}/").status_code == 404


def test_a_page_knows_its_newest_post_also_after_a_deletion(alice):
    page = PageFactory(owner=alice)
    first, second = (services.publish_post(author=alice, page=page, content=text) for text in "ab")
    services.delete_post(person=alice, post=second)
    assert Page.objects.get().last_post_id == first.pk
    services.delete_post(person=alice, post=first)
    assert Page.objects.get().last_post_id == 0


def test_links_are_clickable_and_markup_is_text(client, alice):
    post = PostFactory(content='<script>alert(1)</script> https://example.org/?a=1&b=2 javascript:alert(1) "quoted"')
    html = client.get(f"/posts/{post.pk}/").content.decode()

    assert '<a href="https://example.org/?a=1&amp;b=2" rel="nofollow">' in html
    assert "<script>alert" not in html
    assert 'href="javascript' not in html


def test_posts_are_written_edited_and_deleted_on_the_site(alice, browser_of):
    PageFactory(owner=alice, handle="wonder")
    browser = browser_of(alice)
    assert browser.post("/posts/new/", {"page": "wonder", "content": "Hello"}).url == "/@wonder/"
    assert browser.post("/posts/new/", {"page": "wonder", "content": "Hi", "back": "feed"}).url == "/"
    refused = browser.post("/posts/new/", {"page": "wonder", "content": "x" * 181})
    assert refused.status_code == 422
    assert "x" * 181 in refused.content.decode(), "what was typed is not lost"

    post = Post.objects.get(content="Hello")
    assert browser.post(f"/posts/{post.pk}/edit/", {"content": "Good bye"}).url == f"/posts/{post.pk}/"
    assert "edited" in browser.get(f"/posts/{post.pk}/").content.decode()
    browser.get(f"/posts/{post.pk}/delete/")
    assert Post.objects.count() == 2
    assert browser.post(f"/posts/{post.pk}/delete/").url == "/@wonder/"
    assert Post.objects.count() == 1


def test_the_forms_of_a_post_are_for_its_author(bob, browser_of, client):
    post = PostFactory()
    for address in (f"/posts/{post.pk}/edit/", f"/posts/{post.pk}/delete/"):
        assert browser_of(bob).get(address).status_code == 404
        assert client.get(address).status_code == 302
    assert browser_of(bob).post("/posts/new/", {"page": post.page.handle, "content": "Hi"}).status_code == 422
