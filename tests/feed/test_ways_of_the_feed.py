"""The feed is found in four ways, whichever is short: each shows the same, and each by itself hides what is hidden."""

from datetime import timedelta

import pytest
from django.utils import timezone

from innotter.feed.queries import home as queries
from innotter.pages.models import Follow
from tests.factories.accounts import UserFactory
from tests.factories.blog import PostFactory
from tests.factories.pages import FollowFactory, PageFactory


def ids_of(rows):
    return [row["id"] for row in rows]


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    """Nobody is known to be quiet yet."""
    monkeypatch.setattr(queries, "_quiet_readers", set())
    return queries._quiet_readers


@pytest.fixture
def ask(monkeypatch, quiet):
    """The one post that is there, by one of the ways and no other."""

    def newest(reader):
        quiet.add(reader.pk)
        return queries.home_feed(reader, limit=1)

    def each(reader):
        monkeypatch.setattr(queries, "WALK", 0)
        return queries.home_feed(reader, limit=1, before=queries.LARGEST_ID)

    ways = {
        "walking back": lambda reader: queries.home_feed(reader, limit=1),
        "the newest of the newest pages": newest,
        "asking each page": each,
        "since": lambda reader: queries.home_feed_since(reader, after=0, limit=1),
    }
    return lambda way, reader: ids_of(ways[way](reader))


WAYS = ["walking back", "the newest of the newest pages", "asking each page", "since"]


def followed(reader, status=Follow.Status.ACCEPTED, **page):
    return FollowFactory(follower=reader, status=status, page=PageFactory(**page)).page


def soon():
    return timezone.now() + timedelta(minutes=1)


def just_now():
    return timezone.now() - timedelta(seconds=1)


SHOWN = {
    "a page that one follows": followed,
    "a private page that has let one in": lambda reader: followed(reader, private=True),
    "a page whose block is over": lambda reader: followed(reader, blocked_until=just_now()),
    "one's own page": lambda reader: PageFactory(owner=reader),
    "one's own page, blocked": lambda reader: PageFactory(owner=reader, blocked_until=soon()),
}
HIDDEN = {
    "a page that one does not follow": lambda reader: PageFactory(),
    "a page that others follow": lambda reader: followed(UserFactory()),
    "a page that has not let one in yet": lambda reader: followed(reader, Follow.Status.PENDING, private=True),
    "a page that is blocked": lambda reader: followed(reader, blocked_until=soon()),
    "a page whose owner is blocked": lambda reader: followed(reader, owner=UserFactory(is_blocked=True)),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("page", [*SHOWN, *HIDDEN])
def test_each_way_shows_what_may_be_read_and_hides_the_rest(bob, ask, way, page):
    post = PostFactory(page=(SHOWN | HIDDEN)[page](bob))
    assert ask(way, bob) == ([post.pk] if page in SHOWN else [])


@pytest.mark.parametrize("strangers", [0, 1, 2, 3])
@pytest.mark.parametrize("is_first", [True, False])
def test_where_walking_back_finds_too_few_the_feed_does_not_end(bob, monkeypatch, strangers, is_first):
    """Among the last three posts of a busy site three, two, one or none of what one follows."""
    monkeypatch.setattr(queries, "WALK", 3)
    page = FollowFactory(follower=bob).page
    posts = [PostFactory(page=page).pk for _each in range(6)]
    PostFactory.create_batch(strangers)
    last = None if is_first else PostFactory(page=page).pk
    assert ids_of(queries.home_feed(bob, limit=10, before=last)) == posts[::-1]
    assert ids_of(queries.home_feed(bob, limit=4, before=last)) == posts[:1:-1]


def test_whoever_is_quiet_is_asked_about_anew_when_that_is_forgotten(bob, carol, monkeypatch, quiet):
    monkeypatch.setattr(queries, "MOST_QUIET", 1)
    for reader in (bob, carol):
        post = PostFactory(page=followed(reader))
        assert ids_of(queries.home_feed(reader, limit=5)) == [post.pk]
        assert quiet == {reader.pk}


ANSWERS = {
    "in public": PageFactory,
    "in private": lambda: PageFactory(private=True),
    "on a page that is blocked": lambda: PageFactory(blocked_until=soon()),
    "on a page whose block is over": lambda: PageFactory(blocked_until=just_now()),
    "by somebody who is blocked": lambda: PageFactory(owner=UserFactory(is_blocked=True)),
}
READ_BY_ALL = {"in public", "on a page whose block is over"}


@pytest.mark.parametrize("where", ANSWERS)
@pytest.mark.parametrize("reader", ["bob", "mia"])
def test_answers_that_one_may_not_read_are_neither_counted_nor_named(request, as_person, where, reader):
    person = request.getfixturevalue(reader)
    page = FollowFactory(follower=person).page
    above = PostFactory(page=page)
    hidden = PostFactory(page=ANSWERS[where](), reply_to=above, answered_id=above.pk)
    below = PostFactory(page=page, reply_to=hidden, answered_id=hidden.pk)
    me = as_person(person)
    shown = {post["id"]: post for post in me.get("/api/feed/").json()["results"]}
    sees = where in READ_BY_ALL or reader == "mia"
    assert shown[above.pk]["replies"] == int(sees)
    assert shown[below.pk]["reply_to"] == (hidden.pk if sees else None)
    for post in (above, below):
        assert shown[post.pk] == me.get(f"/api/posts/{post.pk}/").json()
