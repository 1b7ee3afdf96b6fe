"""With a draft those pictures are published that its text shows, wherever they came from, and no others."""

import pytest

from innotter.blog import services
from innotter.blog.illustrating import shown_in_text
from innotter.blog.models import PostImage
from innotter.blog.services import Upload
from tests.factories.pages import PageFactory
from tests.pictures import picture


@pytest.fixture
def page(alice):
    return PageFactory(owner=alice)


@pytest.fixture
def draft_with(alice, page):
    """A draft with new pictures, and a text that shows some."""

    def made(*, more=0, shows=(), draft=None):
        draft = draft or services.begin_draft(author=alice, page=page)
        new = [services.add_picture_to_draft(author=alice, draft=draft, upload=Upload(picture())) for _ in range(more)]
        return written(draft, [*shows, *new]), new

    def written(draft, images):
        content = "\n\n".join(["Look:", *map(shown_in_text, images)])
        return services.keep_draft(author=alice, draft=draft, title="T", content=content)

    made.written = written
    return made


def left():
    return set(PostImage.objects.values_list("pk", flat=True))


def test_a_picture_that_was_taken_out_of_a_draft_is_published_to_nobody(alice, draft_with, client):
    """It was the wrong one: it would be at an address that anybody can guess, and on the card of the article."""
    draft, (wrong, right) = draft_with(more=2)
    draft_with.written(draft, [right])
    post = services.publish_draft(author=alice, draft=draft)
    assert client.get(wrong.image_url).status_code == 404
    assert client.get(right.image_url).status_code == 200
    assert wrong.image_url not in client.get(f"/posts/{post.pk}/").content.decode()
    assert left() == {right.pk}


def test_nor_is_one_that_was_taken_out_of_what_is_published(alice, draft_with, browser_of, client):
    draft, (failed, right) = draft_with(more=2)
    post = services.publish_draft(author=alice, draft=draft)
    PostImage.objects.filter(pk=failed.pk).update(failed_at=post.created_at)
    assert "could not be prepared" in browser_of(alice).get(f"/posts/{post.pk}/").content.decode()
    change, (new,) = draft_with(more=1, shows=[right], draft=services.draft_of(author=alice, post=post))
    services.publish_draft(author=alice, draft=change)
    assert client.get(failed.image_url).status_code == 404
    assert left() == {right.pk, new.pk}
    assert "could not be prepared" not in browser_of(alice).get(f"/posts/{post.pk}/").content.decode()


def test_what_was_moved_into_another_text_stays_in_it(alice, draft_with, client):
    """An article becomes two: the second is a draft yet when the first is published, and then is not."""
    first, (one, two, three) = draft_with(more=3)
    second, _none = draft_with(shows=[two, three])
    draft_with.written(first, [one])
    post = services.publish_draft(author=alice, draft=first)
    assert left() == {one.pk, two.pk, three.pk}
    services.publish_draft(author=alice, draft=second)
    change = draft_with.written(services.draft_of(author=alice, post=post), [])
    services.publish_draft(author=alice, draft=change)
    assert left() == {two.pk, three.pk}
    assert client.get(two.image_url).status_code == 200


def test_a_picture_comes_along_that_was_moved_here_from_another_draft(alice, bob, draft_with, client):
    """The author saw it in either, readers in none: that of a draft is its author's alone."""
    first, (moved, other) = draft_with(more=2)
    second, (new,) = draft_with(more=1, shows=[moved])
    draft_with.written(first, [other])
    foreign = services.begin_draft(author=bob, page=PageFactory(owner=bob))
    bobs = services.add_picture_to_draft(author=bob, draft=foreign, upload=Upload(picture()))
    draft_with.written(second, [moved, new, bobs])
    post = services.publish_draft(author=alice, draft=second)
    assert client.get(moved.image_url).status_code == 200
    assert client.get(bobs.image_url).status_code == 404
    services.discard_draft(author=alice, draft=first)
    assert set(post.images.values_list("pk", flat=True)) == {moved.pk, new.pk}
    assert left() == {moved.pk, new.pk, bobs.pk}


def test_a_picture_that_was_moved_from_one_article_to_another_stays(alice, draft_with, client):
    draft, (one, two) = draft_with(more=2)
    post = services.publish_draft(author=alice, draft=draft)
    services.publish_draft(author=alice, draft=draft_with(shows=[two])[0])
    services.publish_draft(author=alice, draft=draft_with.written(services.draft_of(author=alice, post=post), [one]))
    assert client.get(two.image_url).status_code == 200
    assert left() == {one.pk, two.pk}
