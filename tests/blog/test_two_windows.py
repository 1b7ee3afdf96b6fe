"""A draft that is open in two windows, or on two devices: neither overwrites what the other has saved unseen."""

import re

import pytest

from innotter.blog import services
from innotter.blog.models import Draft, Post
from tests.factories.blog import ArticleFactory
from tests.factories.pages import PageFactory

OTHER = "Another version of this draft was saved"


@pytest.fixture
def draft(alice):
    draft = services.begin_draft(author=alice, page=PageFactory(owner=alice))
    return services.keep_draft(author=alice, draft=draft, title="Saws", content="First.")


@pytest.fixture
def browser(alice, browser_of):
    return browser_of(alice)


def opened(browser, draft):
    """When the draft was saved that an editor shows."""
    html = browser.get(f"/drafts/{draft.pk}/").content.decode()
    assert 'conflict" role="alert" hidden' in html, "nobody is told of another version where there is none"
    return re.search(r'name="seen" value="([^"]+)"', html)[1]


def saved(draft):
    return Draft.objects.values_list("title", "content").get(pk=draft.pk)


def test_the_editor_that_saves_second_is_told_what_the_first_has_saved(browser, draft):
    seen = opened(browser, draft)
    keep = f"/drafts/{draft.pk}/keep/"
    first = browser.post(keep, {"title": "Saws", "content": "Of the first", "seen": seen})
    assert first.status_code == 200
    second = browser.post(keep, {"title": "Saws", "content": "Of the second", "seen": seen})
    assert (second.status_code, second.json()["content"]) == (409, "Of the first")
    assert saved(draft) == ("Saws", "Of the first")
    again = browser.post(keep, {"title": "Saws", "content": "Of the second", "seen": second.json()["seen"]})
    assert (again.status_code, saved(draft)) == (200, ("Saws", "Of the second"))


def test_one_editor_saves_again_and_again(browser, draft):
    seen = opened(browser, draft)
    for text in ("Second.", "Third.", "Third."):
        answer = browser.post(f"/drafts/{draft.pk}/keep/", {"title": "Saws", "content": text, "seen": seen})
        assert answer.status_code == 200
        seen = answer.json()["seen"]
    assert saved(draft) == ("Saws", "Third.")


def test_the_same_text_from_two_editors_is_nobodys_loss(browser, draft):
    seen = opened(browser, draft)
    for _window in range(2):
        words = {"title": "Saws", "content": "The same\r\ntext", "seen": seen}
        assert browser.post(f"/drafts/{draft.pk}/keep/", words).status_code == 200


@pytest.mark.parametrize("button", [{}, {"publish": "1"}])
def test_a_form_shows_both_versions_and_replaces_the_other_when_it_is_sent_again(browser, draft, button):
    seen = opened(browser, draft)
    browser.post(f"/drafts/{draft.pk}/keep/", {"title": "Saws", "content": "Of <the> first", "seen": seen})
    words = {"title": "Saws", "content": "Of the second"} | button
    refused = browser.post(f"/drafts/{draft.pk}/", words | {"seen": seen})
    html = refused.content.decode()
    assert refused.status_code == 409
    assert (OTHER in html, "Of &lt;the&gt; first" in html, "Of the second" in html) == (True, True, True)
    assert 'conflict" role="alert" hidden' not in html
    assert (saved(draft), Post.objects.count()) == (("Saws", "Of <the> first"), 0)
    seen = re.search(r'name="seen" value="([^"]+)"', html)[1]
    assert browser.post(f"/drafts/{draft.pk}/", words | {"seen": seen}).status_code == 302
    texts = [*Draft.objects.values_list("content", flat=True), *Post.objects.values_list("article__content", flat=True)]
    assert texts == ["Of the second"]


def test_a_draft_that_followed_its_article_is_not_overwritten_by_a_window_from_before(alice, browser, as_person):
    article = ArticleFactory(page=PageFactory(owner=alice), title="On walking", content="Slowly.")
    draft = services.draft_of(author=alice, post=article)
    seen = opened(browser, draft)
    as_person(alice).patch(f"/api/blog/posts/{article.pk}/", {"content": "Fast."}, format="json")
    late = browser.post(
        f"/drafts/{draft.pk}/keep/", {"title": "On walking", "content": "Slowly, and on.", "seen": seen}
    )
    assert (late.status_code, saved(draft)) == (409, ("On walking", "Fast."))


@pytest.mark.parametrize("seen", ["yesterday", "0", "9999-99-99", "'", "2026-01-01"])
def test_a_time_that_cannot_be_read_saves_nothing(browser, draft, seen):
    answer = browser.post(f"/drafts/{draft.pk}/keep/", {"title": "Saws", "content": "Second.", "seen": seen})
    assert answer.status_code in {409, 422}
    assert saved(draft) == ("Saws", "First.")
