"""The see-rule is written as querysets, as SQL of the feed, and as a kept statement: they agree for everybody."""

from collections import Counter
from datetime import timedelta
from itertools import product

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from innotter.accounts.models import User
from innotter.blog.models import Post
from innotter.blog.queries import cards_of, readable_posts, stamp_of
from innotter.blog.queries.posts import newest_rows_on, rows_of
from innotter.feed.queries import home as queries
from innotter.pages.models import Follow, Page
from innotter.pages.queries import found_pages
from tests.factories.accounts import UserFactory
from tests.factories.blog import PostFactory
from tests.factories.pages import FollowFactory, PageFactory

VIEWERS = ["nobody", "stranger", "follower", "waiting", "owner", "moderator", "moderator who follows", "admin"]
#: Of a page: whether it is private, when its block ends in hours from now, whether its owner is blocked.
PAGES = list(product([False, True], [None, -1, 1], [False, True]))


class World:
    """A page of each kind, with a post; and on a page that everybody follows, a reply to each of them."""

    def __init__(self) -> None:
        owner, now = UserFactory(), timezone.now()
        self.pages = [
            PageFactory(
                is_private=private,
                blocked_until=now + timedelta(hours=hours) if hours else None,
                owner=UserFactory(is_blocked=True) if is_blocked else owner,
            )
            for private, hours, is_blocked in PAGES
        ]
        self.posts = [PostFactory(page=page) for page in self.pages]
        self.square = PageFactory()
        self.replies = [PostFactory(page=self.square, reply_to=post, answered_id=post.pk) for post in self.posts]
        self.people = {
            "nobody": AnonymousUser(),
            "stranger": UserFactory(),
            "follower": self.following(UserFactory(), Follow.Status.ACCEPTED),
            "waiting": self.following(UserFactory(), Follow.Status.PENDING),
            "owner": owner,
            "moderator": UserFactory(role=User.Role.MODERATOR),
            "moderator who follows": self.following(UserFactory(role=User.Role.MODERATOR), Follow.Status.ACCEPTED),
            "admin": UserFactory(role=User.Role.ADMIN),
        }
        for person in self.people.values():
            if person.is_authenticated:
                FollowFactory(page=self.square, follower=person)

    def following(self, person: User, status: str) -> User:
        for page in self.pages:
            FollowFactory(page=page, follower=person, status=status)
        return person

    def readable_by(self, viewer) -> set[int]:
        return set(Post.objects.readable_by(viewer).values_list("pk", flat=True))

    def feed_of(self, reader) -> set[int]:
        """What the rule says of a feed: followed pages and one's own, as somebody without a role may read them."""
        plain = User(pk=reader.pk, role=User.Role.USER)
        mine = Page.objects.readable_by(plain)
        followed = Follow.objects.accepted().filter(follower=reader).values("page")
        pages = set(mine.filter(pk__in=followed).values_list("pk", flat=True))
        pages |= set(mine.filter(owner=reader).values_list("pk", flat=True))
        return set(Post.objects.filter(page__in=pages).values_list("pk", flat=True))


@pytest.fixture
def world(db) -> World:
    return World()


#: Now, and when the blocks that end in an hour have ended: no statement that is kept may remember today's moment.
HOURS = [0, 2]


@pytest.mark.parametrize("viewer", VIEWERS)
def test_a_kept_statement_lets_everybody_read_what_the_queryset_does(world, viewer):
    person = world.people[viewer]
    for hours in HOURS:
        with time_machine.travel(timezone.now() + timedelta(hours=hours), tick=False):
            readable = world.readable_by(person)
            stamped = {post.pk for post in [*world.posts, *world.replies] if stamp_of(person, post.pk)}
            assert stamped == readable


@pytest.mark.parametrize("viewer", VIEWERS[1:])
def test_every_way_to_the_feed_leads_to_what_the_queryset_does(world, viewer, monkeypatch):
    person = world.people[viewer]
    monkeypatch.setattr(queries, "_quiet_readers", set())
    for hours, walk in product(HOURS, [1000, 3, 0]):
        monkeypatch.setattr(queries, "WALK", walk)
        with time_machine.travel(timezone.now() + timedelta(hours=hours), tick=False):
            expected = sorted(world.feed_of(person), reverse=True)
            for limit in (5, 100):
                assert ids(queries.home_feed(person, limit=limit)) == expected[:limit]
                assert walked(person, limit) == expected
            assert ids(queries.home_feed_since(person, after=0, limit=100)) == expected


@pytest.mark.parametrize("viewer", VIEWERS[1:])
def test_a_reply_in_the_feed_names_its_post_to_whoever_the_queryset_lets_read_it(world, viewer):
    person = world.people[viewer]
    for hours in HOURS:
        with time_machine.travel(timezone.now() + timedelta(hours=hours), tick=False):
            readable = world.readable_by(person)
            rows = {row["id"]: row["reply_to"] for row in queries.home_feed(person, limit=100)}
            for post, reply in zip(world.posts, world.replies, strict=True):
                assert rows[reply.pk] == (post.pk if post.pk in readable else None)


@pytest.mark.parametrize("viewer", VIEWERS)
def test_everybody_has_the_cards_that_the_queryset_lets_them_read(world, viewer):
    person = world.people[viewer]
    for hours in HOURS:
        with time_machine.travel(timezone.now() + timedelta(hours=hours), tick=False):
            readable = world.readable_by(person)
            posts = [post.pk for post in [*world.replies, *world.posts]]
            assert readable_posts(posts, person) == readable
            assert [card.pk for card in cards_of(posts, person)] == [pk for pk in posts if pk in readable]


@pytest.mark.parametrize("viewer", VIEWERS)
def test_everybody_finds_the_pages_that_the_queryset_lets_them_find(world, viewer):
    person = world.people[viewer]
    for hours in HOURS:
        with time_machine.travel(timezone.now() + timedelta(hours=hours), tick=False):
            readable = set(Page.objects.readable_by(person).values_list("pk", flat=True))
            findable = Page.objects.findable_by(person).values_list("pk", flat=True)
            found = found_pages([page.pk for page in [*world.pages, world.square]], person)
            assert found == {pk: pk in readable for pk in findable}


@pytest.mark.parametrize("viewer", VIEWERS)
def test_cards_and_rows_show_what_the_queryset_says_of_the_post_above_and_of_replies(world, viewer):
    person = world.people[viewer]
    for post in (*world.posts, *world.replies):
        PostFactory(page=world.square, reply_to=post, answered_id=post.pk)
    PostFactory(page=world.square, answered_id=1)
    for hours in HOURS:
        with time_machine.travel(timezone.now() + timedelta(hours=hours), tick=False):
            posts = {post.pk: post for post in Post.objects.readable_by(person).order_by("-pk")}
            above = {pk: post.answered_id if post.answered_id in posts else None for pk, post in posts.items()}
            replies = Counter(post.reply_to_id for post in posts.values())
            expected = [(pk, above[pk], replies[pk]) for pk in posts]
            cards, rows = cards_of(list(posts), person), rows_of(list(posts), person)
            assert [(card.pk, card.parent and card.parent.pk, card.replies_count) for card in cards] == expected
            assert [(row["id"], row["reply_to"], row["replies"]) for row in rows] == expected


@pytest.mark.parametrize("viewer", VIEWERS)
def test_the_posts_of_a_page_are_those_that_the_queryset_lets_one_read(world, viewer):
    person = world.people[viewer]
    for hours in HOURS:
        with time_machine.travel(timezone.now() + timedelta(hours=hours), tick=False):
            for page in world.pages:
                readable = list(Post.objects.readable_by(person).filter(page=page).order_by("-pk"))
                assert ids(newest_rows_on(page.handle, person, limit=20)) == [post.pk for post in readable][:20]


def ids(rows):
    return [row["id"] for row in rows]


def walked(person, limit):
    """The whole feed, page by page."""
    found, before = [], None
    while page := queries.home_feed(person, limit=limit, before=before):
        found += ids(page)
        before = found[-1]
    return found
