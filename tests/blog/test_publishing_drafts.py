"""A long text is rendered while nobody waits for it; what is published is what the draft says then."""

import pytest
from django.db import connection

from innotter.blog import services
from innotter.blog.models import Draft, Post
from innotter.blog.services import writing
from innotter.errors import Conflict, Forbidden
from innotter.pages.services import block_page
from innotter.rows import Gone
from tests.factories.blog import ArticleFactory
from tests.factories.pages import PageFactory


@pytest.fixture
def page(alice):
    return PageFactory(owner=alice)


@pytest.fixture
def draft(alice, page):
    draft = services.begin_draft(author=alice, page=page)
    return services.keep_draft(author=alice, draft=draft, title="Saws", content="First.")


@pytest.fixture
def rendered(monkeypatch):
    """The texts that are rendered, each with whether a transaction is open; before it, one of `acts` is done."""
    seen, acts, real = [], [], writing.render

    def render(text, **options):
        seen.append((text, connection.in_atomic_block))
        if acts:
            acts.pop(0)()
        return real(text, **options)

    monkeypatch.setattr(writing, "render", render)
    return seen, acts


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_new", [True, False])
def test_nobody_waits_for_a_draft_that_is_rendered(alice, page, draft, rendered, is_new):
    if not is_new:
        draft = services.draft_of(author=alice, post=ArticleFactory(page=page, title="Saws", content="First."))
        services.keep_draft(author=alice, draft=draft, title="Saws", content="Second.")
        rendered[0].clear()
    services.publish_draft(author=alice, draft=draft)
    assert rendered[0] == [("First." if is_new else "Second.", False)]
    assert not Draft.objects.filter(pk=draft.pk).exists()


def test_what_is_written_on_meanwhile_is_published(alice, draft, rendered):
    _seen, acts = rendered
    acts.append(lambda: services.keep_draft(author=alice, draft=draft, title="Saws", content="Second."))
    post = services.publish_draft(author=alice, draft=draft)
    assert [text for text, _is_open in rendered[0]] == ["First.", "Second."]
    assert (post.article.content, "Second." in post.article.html) == ("Second.", True)


def test_who_writes_on_for_ever_publishes_nothing_and_loses_nothing(alice, draft, rendered):
    _seen, acts = rendered
    acts += [
        lambda text=text: services.keep_draft(author=alice, draft=draft, title="Saws", content=text)
        for text in ("Second.", "Third.", "Fourth.")
    ]
    with pytest.raises(Conflict):
        services.publish_draft(author=alice, draft=draft)
    draft.refresh_from_db()
    assert (draft.content, Post.objects.count()) == ("Fourth.", 0)


def test_a_draft_that_is_thrown_away_meanwhile_is_gone(alice, draft, rendered):
    _seen, acts = rendered
    acts.append(lambda: services.discard_draft(author=alice, draft=Draft.objects.get(pk=draft.pk)))
    with pytest.raises(Gone):
        services.publish_draft(author=alice, draft=draft)
    assert not Post.objects.exists()


def test_a_draft_of_a_page_that_is_blocked_meanwhile_stays_a_draft(alice, mia, page, draft, rendered):
    _seen, acts = rendered
    acts.append(lambda: block_page(moderator=mia, page=page))
    with pytest.raises(Forbidden):
        services.publish_draft(author=alice, draft=draft)
    assert (Post.objects.count(), Draft.objects.count()) == (0, 1)
