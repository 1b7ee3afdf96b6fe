"""A draft of an article's next state, and what becomes of it when the article is changed elsewhere."""

import pytest

from innotter.blog import services
from innotter.blog.models import Draft, Post
from innotter.errors import Forbidden
from innotter.pages.services import block_page
from tests.factories.blog import ArticleFactory
from tests.factories.pages import PageFactory

CHANGED = "The article was changed after this draft was begun."


@pytest.fixture
def article(alice):
    return ArticleFactory(page=PageFactory(owner=alice), title="On walking", content="Slowly.")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"content": "Fast."}, ("On walking", "Fast.")),
        ({"title": "On running"}, ("On running", "Slowly.")),
        ({"title": "On running", "content": "Fast."}, ("On running", "Fast.")),
    ],
)
def test_a_draft_in_which_nobody_has_written_goes_with_its_article(article, alice, as_person, browser_of, change, says):
    """Who has opened the editor once, and changes the article by a program since, brings no old text back."""
    browser = browser_of(alice)
    sheet = browser.post(f"/posts/{article.pk}/change/").url
    assert as_person(alice).patch(f"/api/blog/posts/{article.pk}/", change, format="json").status_code == 200
    draft = Draft.objects.get()
    assert (draft.title, draft.content) == says
    assert CHANGED not in browser.get(sheet).content.decode()
    browser.post(sheet, {"title": draft.title, "content": f"{draft.content} And on.", "publish": "1"})
    post = Post.objects.select_related("article").get()
    assert (post.title, post.article.content) == (says[0], f"{says[1]} And on.")


def test_a_draft_in_which_somebody_has_written_stays_and_its_writer_is_told(article, alice, as_person, browser_of):
    browser = browser_of(alice)
    sheet = browser.post(f"/posts/{article.pk}/change/").url
    browser.post(f"{sheet}keep/", {"title": "On walking", "content": "Slowly, and on."})
    assert CHANGED not in browser.get(sheet).content.decode()
    services.like_post(person=alice, post=article)
    assert CHANGED not in browser.get(sheet).content.decode()
    as_person(alice).patch(f"/api/blog/posts/{article.pk}/", {"content": "Fast."}, format="json")
    assert Draft.objects.get().content == "Slowly, and on."
    assert CHANGED in browser.get(sheet).content.decode()
    browser.post(sheet, {"title": "On walking", "content": "Slowly, and on.", "publish": "1"})
    assert CHANGED not in browser.get(browser.post(f"/posts/{article.pk}/change/").url).content.decode()


def test_a_draft_of_a_page_that_is_blocked_for_ever_is_thrown_away_by_its_owner_alone(alice, bob, mia, browser_of):
    draft = services.begin_draft(author=alice, page=PageFactory(owner=alice))
    block_page(moderator=mia, page=draft.page)
    for person in (bob, mia):
        with pytest.raises(Forbidden):
            services.discard_draft(author=person, draft=draft)
    browser = browser_of(alice)
    assert "Delete draft" in browser.get(f"/drafts/{draft.pk}/").content.decode()
    assert "Delete this draft?" in browser.get(f"/drafts/{draft.pk}/discard/").content.decode()
    assert Draft.objects.exists()
    assert browser.post(f"/drafts/{draft.pk}/discard/").status_code == 302
    assert not Draft.objects.exists()
