"""A block that has an end ends by itself, at every door and in every list; and the next one holds again at once."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone

from innotter.blog import services as blog
from innotter.blog.models import Post
from innotter.blog.queries import stamp_of
from innotter.errors import Forbidden
from innotter.notifications.models import Notification
from innotter.pages.models import Page
from innotter.pages.permissions import can_post_to
from innotter.pages.services import block_page, edit_page, unblock_page
from tests.factories.blog import ArticleFactory, PostFactory
from tests.factories.pages import FollowFactory, PageFactory

DAY = timedelta(days=1)


@pytest.fixture
def page(alice, bob):
    page = PageFactory(owner=alice, handle="essays", name="Essays of Alice")
    edit_page(owner=alice, page=page, tags=["walking"])
    FollowFactory(page=page, follower=bob)
    return page


@pytest.fixture
def post(alice, page):
    return blog.publish_post(author=alice, page=page, content="Slowly, #lately")


@pytest.fixture
def article(page, post):
    return ArticleFactory(page=page, title="On walking")


@pytest.fixture
def through_two_blocks(mia, page):
    """Ask before, during and after a block, and during and after the next: what was there each time."""

    def asked(is_there):
        answers, now = [is_there()], timezone.now()
        for days in (2, 5):
            until = now + timedelta(days=days)
            with time_machine.travel(now):
                block_page(moderator=mia, page=page, until=until)
                answers.append(is_there())
            with time_machine.travel(until - timedelta(seconds=5)):
                answers.append(is_there())
            now = until + timedelta(seconds=5)
            with time_machine.travel(now):
                answers.append(is_there())
        return answers

    return asked


#: Before, during, at the end of, and after the first block; then the second.
AS_IT_SHOULD_BE = [True, False, False, True, False, False, True]


@pytest.mark.parametrize(
    "address",
    [
        "/@essays/",
        "/@essays/articles/",
        "/@essays/feed.atom",
        "/@essays/feed.rss",
        "/posts/{post}/",
        "/posts/{article}/",
        "/api/pages/essays/",
        "/api/pages/essays/posts/",
        "/api/pages/essays/followers/",
        "/api/posts/{post}/",
        "/api/posts/{post}/replies/",
        "/api/blog/posts/{article}/",
        "/api/blog/posts/{article}/comments/",
    ],
)
def test_what_has_an_address_is_gone_and_comes_back(post, article, through_two_blocks, address):
    """The same visitor, who has got it before; and another."""
    path, visitor = address.format(post=post.pk, article=article.pk), Client()

    def is_there():
        statuses = {client.get(path).status_code for client in (visitor, visitor, Client())}
        assert len(statuses) == 1
        return statuses == {200}

    assert through_two_blocks(is_there) == AS_IT_SHOULD_BE


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/", "Slowly"),
        ("/explore/", "Essays of Alice"),
        ("/search/?q=essays", "Essays of Alice"),
        ("/tags/lately/", "Slowly"),
        ("/likes/", "Slowly"),
        ("/people/alice/", "Essays of Alice"),
        ("/api/feed/", "Slowly"),
        ("/api/pages/", "Essays of Alice"),
        ("/api/pages/?owner=alice", "Essays of Alice"),
        ("/api/pages/?tag=walking", "Essays of Alice"),
        ("/api/search/?q=essays", "Essays of Alice"),
        ("/api/tags/", "walking"),
        ("/api/tags/lately/posts/", "Slowly"),
        ("/api/users/me/likes/", "Slowly"),
        ("/api/blog/posts/", "On walking"),
    ],
)
def test_what_is_in_a_list_is_gone_and_comes_back(bob, post, article, browser_of, through_two_blocks, address, words):
    blog.like_post(person=bob, post=post)
    reader = browser_of(bob)
    assert through_two_blocks(lambda: words in reader.get(address).content.decode()) == AS_IT_SHOULD_BE


@pytest.mark.parametrize("who", ["anybody", "bob"])
def test_the_stamp_of_a_post_is_that_of_the_moment(request, post, through_two_blocks, who):
    reader = AnonymousUser() if who == "anybody" else request.getfixturevalue(who)

    def is_there():
        return (
            stamp_of(reader, post.pk) is not None,
            Post.objects.readable_by(reader).filter(pk=post.pk).exists(),
            Page.objects.findable_by(reader).filter(pk=post.page_id).exists(),
        )

    assert through_two_blocks(is_there) == [(there,) * 3 for there in AS_IT_SHOULD_BE]


@pytest.mark.parametrize("who", ["alice", "mia", "ada"])
def test_its_owner_and_the_moderators_see_it_all_the_time(request, post, through_two_blocks, who):
    reader = request.getfixturevalue(who)
    assert through_two_blocks(lambda: stamp_of(reader, post.pk) is not None) == [True] * len(AS_IT_SHOULD_BE)


def test_its_owner_writes_again_when_the_block_is_over(alice, page, through_two_blocks):
    def can_write():
        may = can_post_to(alice, Page.objects.get(pk=page.pk))
        try:
            blog.publish_post(author=alice, page=page, content="Again")
        except Forbidden:
            assert not may
            return False
        assert may
        return True

    assert through_two_blocks(can_write) == AS_IT_SHOULD_BE


def test_comments_are_written_again_when_the_block_is_over(alice, bob, article, through_two_blocks):
    def can_comment(person):
        try:
            blog.write_comment(author=person, post=article, text="Well said")
        except Forbidden:
            return False
        return True

    assert through_two_blocks(lambda: (can_comment(bob), can_comment(alice))) == [(may, may) for may in AS_IT_SHOULD_BE]


def test_what_is_published_after_a_block_is_told_of(alice, bob, page, through_two_blocks, deliver_events):
    heard = Notification.objects.of(bob).filter(kind="new_post")

    def is_told():
        before = heard.count()
        post = PostFactory(page=page)
        blog.begin_announcing(post=post, event_id=10**9 + post.pk)
        deliver_events()
        return heard.count() > before

    assert through_two_blocks(is_told) == AS_IT_SHOULD_BE


def test_unblocking_what_is_over_is_no_news(alice, mia, page, deliver_events):
    until = timezone.now() + DAY
    block_page(moderator=mia, page=page, until=until)
    deliver_events()
    told = Notification.objects.of(alice).count()
    with time_machine.travel(until + DAY):
        unblock_page(moderator=mia, page=page)
        deliver_events()
    assert Notification.objects.of(alice).count() == told


@pytest.mark.parametrize("seconds", [-1, 0])
def test_a_block_that_is_over_before_it_begins_is_refused(mia, page, as_person, seconds):
    until = timezone.now() + timedelta(seconds=seconds)
    answer = as_person(mia).post("/api/pages/essays/block/", {"until": until.isoformat()})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["until"])
