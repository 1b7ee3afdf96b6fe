"""A database that was put back: what readers and the cache have of before is not shown as what is now."""

import pytest
from django.core.management import call_command

from innotter.blog.models import Post
from innotter.pages.models import Page
from tests.factories.blog import ArticleFactory
from tests.factories.pages import PageFactory

pytestmark = pytest.mark.usefixtures("_numbered_as_before")


@pytest.fixture
def lost(alice):
    """An article that is written after the backup."""
    page = PageFactory(owner=alice, handle="essays")
    return ArticleFactory(page=page, title="On walking", content="Slowly.")


def written_with_number(pk, page, **words):
    """An article with a number that was another's."""
    post = ArticleFactory(page=page, **words)
    text = post.article
    Post.objects.filter(pk=post.pk).delete()
    post.pk = text.pk = text.post_id = pk
    post.save(force_insert=True)
    text.save(force_insert=True)


@pytest.mark.parametrize("address", ["/posts/{}/", "/api/blog/posts/{}/", "/@essays/feed.atom"])
def test_an_article_that_has_the_number_of_one_that_is_lost_is_read_as_it_is(lost, client, address):
    path = address.format(lost.pk)
    before = client.get(path)
    assert b"On walking" in before.content
    state = Post.objects.get(pk=lost.pk).revision
    Post.objects.filter(pk=lost.pk).delete()

    call_command("beginhistory")
    written_with_number(lost.pk, lost.page, title="On running", content="Fast.")
    assert Post.objects.get(pk=lost.pk).revision == state, "nothing else tells them apart"
    answer = client.get(path, headers={"If-None-Match": before.headers["ETag"]})
    assert answer.status_code == 200
    assert b"On running" in answer.content
    assert b"On walking" not in answer.content


def test_a_page_that_is_made_anew_begins_with_another_revision(alice):
    lost = PageFactory(owner=alice)
    revision = lost.revision
    Page.objects.filter(pk=lost.pk).delete()
    call_command("beginhistory")
    assert Page.objects.create(pk=lost.pk, owner=alice, name="Again", handle="again").revision > revision


def test_revisions_go_up_after_a_restore_as_before(alice):
    page = PageFactory(owner=alice)
    call_command("beginhistory")
    before = Page.objects.get(pk=page.pk).revision
    Page.objects.filter(pk=page.pk).update(name="Other")
    assert Page.objects.get(pk=page.pk).revision == before + 1
