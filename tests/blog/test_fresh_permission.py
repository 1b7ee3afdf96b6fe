"""What takes its time asks again: on a page that is blocked while a text is rendered nothing is published."""

import pytest

from innotter.blog import services
from innotter.blog.models import Post
from innotter.blog.services import writing
from innotter.errors import Forbidden
from innotter.pages.models import Page
from innotter.pages.services import block_page
from tests.factories.blog import ArticleFactory
from tests.factories.pages import PageFactory


@pytest.fixture
def blocked_meanwhile(alice, mia, monkeypatch):
    page = PageFactory(owner=alice)
    article = ArticleFactory(page=page, title="Old", content="Old.")
    render = writing.render

    def block(text, **options):
        block_page(moderator=mia, page=Page.objects.get(pk=page.pk))
        return render(text, **options)

    monkeypatch.setattr(writing, "render", block)
    return article


def test_a_new_article_is_refused(alice, blocked_meanwhile):
    with pytest.raises(Forbidden):
        services.publish_article(author=alice, page=blocked_meanwhile.page, title="New", content="New.")
    assert Post.objects.count() == 1


def test_a_change_is_refused(alice, blocked_meanwhile):
    with pytest.raises(Forbidden):
        services.edit_article(author=alice, post=blocked_meanwhile, title="New", content="New.")
    assert Post.objects.get().title == "Old"
