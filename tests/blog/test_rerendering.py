"""What an older version has rendered is rendered anew in the background; nobody waits for it, and no change is lost."""

import pytest

from innotter.blog import services
from innotter.blog.background import render_old_articles
from innotter.blog.models import ArticleText
from innotter.blog.services import rerendering
from innotter.markdown import VERSION
from tests.factories.blog import ArticleFactory

OLD = '<section class="note" id="notes">Sign in again</section>'


@pytest.fixture
def old(db):
    """An article as an older version has kept it."""
    post = ArticleFactory(content='<section class="note" id="notes">\n\n# Sign in again\n\n</section>')
    ArticleText.objects.filter(post=post).update(html=OLD, headings=[], renderer=VERSION - 1)
    return post


def test_an_old_article_is_rendered_anew_and_readers_see_it(old, client):
    assert OLD in client.get(old.get_absolute_url()).content.decode()
    render_old_articles()
    text = ArticleText.objects.get(post=old)
    assert (text.renderer, text.headings) == (VERSION, [[2, "h-sign-in-again", "Sign in again"]])
    assert text.html.startswith('<section id="user-content-notes">')
    html = client.get(old.get_absolute_url()).content.decode()
    assert OLD not in html
    assert text.html in html


def test_what_is_as_new_or_newer_is_left_alone(old):
    ArticleText.objects.filter(post=old).update(renderer=VERSION + 1)
    render_old_articles()
    assert ArticleText.objects.get(post=old).html == OLD


def test_what_takes_too_long_now_is_shown_as_it_was_written(old, monkeypatch):
    monkeypatch.setattr("innotter.markdown.LONGEST_RENDERING", 0)
    render_old_articles()
    text = ArticleText.objects.get(post=old)
    assert text.renderer == VERSION
    assert text.html.startswith("<pre>&lt;section class=")


def test_a_change_that_is_made_meanwhile_stays(old, monkeypatch):
    render = rerendering.render_kept

    def render_slowly(text, **options):
        services.edit_article(author=old.page.owner, post=old, title=old.title, content="changed")
        return render(text, **options)

    monkeypatch.setattr(rerendering, "render_kept", render_slowly)
    render_old_articles()
    assert ArticleText.objects.get(post=old).html == "<p>changed</p>\n"


def test_an_article_that_cannot_be_rendered_holds_up_no_other(old, monkeypatch):
    other = ArticleFactory(content="# Another")
    ArticleText.objects.filter(post=other).update(renderer=VERSION - 1)
    render = rerendering.render_kept

    def fail_for_one(text, **options):
        if "section" in text:
            raise RuntimeError("a construct that nobody has thought of")
        return render(text, **options)

    monkeypatch.setattr(rerendering, "render_kept", fail_for_one)
    render_old_articles()
    assert ArticleText.objects.get(post=other).renderer == VERSION


def test_an_article_that_is_deleted_meanwhile_holds_up_no_other(old, monkeypatch):
    other = ArticleFactory()
    ArticleText.objects.filter(post=other).update(renderer=0)
    render = rerendering.render_kept

    def render_slowly(text, **options):
        if "Sign" in text:
            services.delete_post(person=old.page.owner, post=old)
        return render(text, **options)

    monkeypatch.setattr(rerendering, "render_kept", render_slowly)
    render_old_articles()
    assert ArticleText.objects.get().renderer == VERSION


def test_a_sweep_is_over_after_a_moment_and_the_next_goes_on(db, monkeypatch):
    ArticleFactory.create_batch(3)
    ArticleText.objects.update(renderer=0)
    monkeypatch.setattr(rerendering, "SECONDS", 0)
    for left in (2, 1, 0):
        render_old_articles()
        assert ArticleText.objects.filter(renderer=0).count() == left
