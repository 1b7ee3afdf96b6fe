"""The pictures of articles: uploaded into a draft, made in other sizes by Celery, shown as a placeholder until then."""

import errno
from datetime import timedelta

import pytest
from botocore.exceptions import EndpointConnectionError
from celery.exceptions import Retry
from django.core.files.storage import default_storage
from django.utils import timezone

from innotter.blog import services
from innotter.blog.background import make_sizes
from innotter.blog.illustrating import illustrated, shown_in_text
from innotter.blog.models import PostImage
from innotter.blog.services import Upload, picturing
from innotter.errors import Forbidden, Invalid
from innotter.pages.services import block_page
from tests.factories.blog import ArticleFactory, PostFactory
from tests.factories.pages import PageFactory
from tests.pictures import picture


@pytest.fixture
def article(alice):
    return ArticleFactory(page=PageFactory(owner=alice, handle="essays"))


def illustrate(article, **options):
    """An article whose text shows its picture."""
    image = services.add_picture(author=article.page.owner, post=article, upload=Upload(picture(**options), "A wall"))
    services.edit_article(
        author=article.page.owner, post=article, title="On walls", content=f"Look:\n\n{shown_in_text(image)}"
    )
    return image


def test_celery_makes_the_thumbnail_and_the_page_waits_for_it_in_its_proportions(article, client):
    """A-6: each picture in an article."""
    image = illustrate(article, size=(1600, 800))
    page = client.get(f"/posts/{article.pk}/").content.decode()
    assert '<svg class="waiting" role="img" aria-label="A wall" viewBox="0 0 1600 800"' in page
    make_sizes(image.pk)
    page = client.get(f"/posts/{article.pk}/").content.decode()
    assert f"/media/posts/{image.pk}/small.webp 720w" in page
    assert 'width="1600" height="800"' in page
    image.refresh_from_db()
    assert default_storage.exists(image.small.name)
    assert default_storage.exists(image.medium.name)


def test_an_uploaded_picture_starts_the_task(article, monkeypatch, deliver_events, django_capture_on_commit_callbacks):
    asked = []
    monkeypatch.setattr(make_sizes, "delay", asked.append)
    image = illustrate(article)
    with django_capture_on_commit_callbacks(execute=True):
        deliver_events()
    assert asked == [image.pk]


@pytest.mark.parametrize(
    "trouble",
    [EndpointConnectionError(endpoint_url="http://s3.example"), OSError(errno.ENOSPC, "No space left on device")],
    ids=["away", "full"],
)
def test_no_picture_fails_because_the_place_for_pictures_is_away_or_full(article, monkeypatch, trouble):
    images = [illustrate(article), illustrate(article)]
    PostImage.objects.update(created_at=timezone.now() - timedelta(hours=1))
    asked = []

    def refuse(*words, **more):
        asked.append(words)
        raise trouble

    with monkeypatch.context() as patch:
        patch.setattr(default_storage._wrapped.__class__, "save", refuse)
        for sweep in range(1, 2 * services.MOST_ATTEMPTS):
            services.make_missing_sizes()
            assert len(asked) == sweep, "the second is not tried when the first has found that out"
    services.make_missing_sizes()
    assert all(image.small and not image.failed_at for image in PostImage.objects.filter(pk__in=[i.pk for i in images]))


def test_a_picture_that_ends_each_worker_is_given_up(article, alice, browser_of, monkeypatch):
    class Killed(BaseException):
        """As when a process is killed: nothing is noted."""

    def end(content):
        raise Killed

    image = illustrate(article)
    monkeypatch.setattr("innotter.blog.services.picturing.sizes_from", end)
    for _attempt in range(services.MOST_ATTEMPTS):
        with pytest.raises(Killed):
            services.make_sizes(image_id=image.pk)
    services.make_sizes(image_id=image.pk)
    assert PostImage.objects.get(pk=image.pk).failed_at
    assert "could not be prepared" in browser_of(alice).get(f"/posts/{article.pk}/").content.decode()


def test_a_picture_that_many_workers_make_at_once_is_not_given_up(article, monkeypatch):
    image, sweeps = illustrate(article), []
    makes = picturing.sizes_from

    def while_others_sweep(content):
        sweeps.append(None)
        services.make_sizes(image_id=image.pk)
        return makes(content)

    monkeypatch.setattr(picturing, "sizes_from", while_others_sweep)
    services.make_sizes(image_id=image.pk)
    assert len(sweeps) == services.MOST_ATTEMPTS
    made = PostImage.objects.get(pk=image.pk)
    assert made.small
    assert made.failed_at is None


def test_a_failing_picture_is_retried_then_shown_to_its_author(article, alice, browser_of, client):
    """A-7: the Celery task on its own."""
    image = illustrate(article)
    default_storage.delete(PostImage.objects.get(pk=image.pk).image.name)
    for _attempt in range(services.MOST_ATTEMPTS - 1):
        with pytest.raises((Retry, FileNotFoundError)):
            make_sizes(image.pk)
    assert "waiting" in client.get(f"/posts/{article.pk}/").content.decode()
    with pytest.raises((Retry, FileNotFoundError)):
        make_sizes(image.pk)
    make_sizes(image.pk)
    assert PostImage.objects.get(pk=image.pk).failed_at
    assert "could not be prepared" in browser_of(alice).get(f"/posts/{article.pk}/").content.decode()
    assert "could not be prepared" not in client.get(f"/posts/{article.pk}/").content.decode()
    draft = services.draft_of(author=alice, post=article)
    assert image.image_url in browser_of(alice).get(f"/drafts/{draft.pk}/").content.decode()


def test_pictures_of_a_draft_are_its_authors_and_go_into_the_article_with_it(alice, bob, browser_of, client):
    draft = services.begin_draft(author=alice, page=PageFactory(owner=alice))
    image = services.add_picture_to_draft(author=alice, draft=draft, upload=Upload(picture()))
    assert browser_of(alice).get(image.image_url).status_code == 200
    assert browser_of(bob).get(image.image_url).status_code == client.get(image.image_url).status_code == 404
    services.keep_draft(author=alice, draft=draft, title="T", content=shown_in_text(image))
    post = services.publish_draft(author=alice, draft=draft)
    assert client.get(image.image_url).status_code == 200
    assert list(post.images.all()) == [image]


def test_without_javascript_a_picture_is_put_at_the_end_of_the_draft(alice, browser_of):
    draft = services.begin_draft(author=alice, page=PageFactory(owner=alice))
    address = f"/drafts/{draft.pk}/pictures/"
    browser = browser_of(alice)
    assert browser.post(address, {"by": "form", "image": picture(), "alt": "A [wall]"}).status_code == 302
    draft.refresh_from_db()
    assert draft.content == shown_in_text(PostImage.objects.get())
    assert browser.post(address, {"by": "form", "image": picture(name="x.svg")}).status_code == 302
    assert PostImage.objects.count() == 1


def test_only_the_picture_that_is_asked_for_is_made_in_other_sizes(article):
    first, second = illustrate(article), illustrate(article)
    make_sizes(second.pk)
    assert [bool(PostImage.objects.get(pk=image.pk).small) for image in (first, second)] == [False, True]


def test_nobody_adds_pictures_to_what_is_not_theirs_is_blocked_or_no_article(article, alice, bob, mia):
    post, draft = PostFactory(page=article.page), services.begin_draft(author=alice, page=article.page)

    def add(author, post):
        return services.add_picture(author=author, post=post, upload=Upload(picture(), "A wall"))

    for author, place in ((bob, article), (mia, article), (alice, post)):
        with pytest.raises(Forbidden):
            add(author, place)
    block_page(moderator=mia, page=article.page)
    article.refresh_from_db()
    draft.refresh_from_db()
    with pytest.raises(Forbidden):
        add(alice, article)
    with pytest.raises(Forbidden):
        services.add_picture_to_draft(author=alice, draft=draft, upload=Upload(picture(), "A wall"))
    assert not PostImage.objects.exists()


def test_an_article_has_a_limit_of_pictures(article, alice, monkeypatch):
    monkeypatch.setattr("innotter.blog.services.picturing.MOST_IMAGES_OF_ARTICLE", 1)
    services.add_picture(author=alice, post=article, upload=Upload(picture()))
    with pytest.raises(Invalid):
        services.add_picture(author=alice, post=article, upload=Upload(picture()))


@pytest.fixture
def room_for_two(monkeypatch):
    monkeypatch.setattr("innotter.blog.services.adopting.MOST_IMAGES_OF_ARTICLE", 2)


def next_state(article, *, shows=(), more=0):
    """A draft of the article's next state, which shows some pictures of it and as many new ones."""
    alice = article.page.owner
    draft = services.draft_of(author=alice, post=article)
    new = [services.add_picture_to_draft(author=alice, draft=draft, upload=Upload(picture())) for _ in range(more)]
    content = "\n\n".join(["Walls.", *map(shown_in_text, [*shows, *new])])
    return services.keep_draft(author=alice, draft=draft, title="On walls", content=content), new


def test_a_draft_does_not_bring_its_article_more_pictures_than_it_may_have(article, alice, browser_of, room_for_two):
    old = illustrate(article)
    draft, new = next_state(article, shows=[old], more=2)
    with pytest.raises(Invalid):
        services.publish_draft(author=alice, draft=draft)
    typed = {"title": draft.title, "content": f"{draft.content} And more.", "publish": "1"}
    answer = browser_of(alice).post(f"/drafts/{draft.pk}/", typed)
    assert "this text shows 3: take some out of it." in answer.content.decode()
    draft.refresh_from_db()
    assert draft.content.endswith("And more.")
    assert (list(draft.images.all()), list(article.images.all())) == (new, [old])


def test_pictures_that_the_new_text_no_longer_shows_make_room_for_those_it_does(article, alice, room_for_two):
    first, second = illustrate(article), illustrate(article)
    draft, new = next_state(article, shows=[second], more=1)
    services.publish_draft(author=alice, draft=draft)
    assert list(article.images.all()) == [second, *new]
    assert not PostImage.objects.filter(pk=first.pk).exists()


def test_pictures_that_no_text_shows_stay_while_there_is_room_for_them(article, alice, room_for_two):
    unseen = services.add_picture(author=alice, post=article, upload=Upload(picture()))
    draft, new = next_state(article, more=1)
    services.publish_draft(author=alice, draft=draft)
    assert list(article.images.all()) == [unseen, *new]


@pytest.mark.parametrize("alt", ['"><script>x</script>', "a & b", "[x](y)"])
def test_what_a_picture_shows_cannot_break_out_of_its_words(article, alt):
    image = services.add_picture(author=article.page.owner, post=article, upload=Upload(picture(), alt))
    services.edit_article(author=article.page.owner, post=article, title="T", content=shown_in_text(image))
    for size in ("", "small.webp"):
        PostImage.objects.filter(pk=image.pk).update(small=size)
        html = illustrated(article.article.html, PostImage.objects.all())
        assert "<script" not in html
        assert html.count("<img") + html.count("<svg") == 1
