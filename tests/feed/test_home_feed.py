"""B-12: the home feed."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from innotter.blog.models import Post
from innotter.feed.queries import home as queries
from innotter.pages.models import Follow, Page
from tests.factories.accounts import UserFactory
from tests.factories.blog import PostFactory
from tests.factories.pages import FollowFactory, PageFactory


def ids_of(rows):
    return [row["id"] for row in rows]


def ids(answer):
    return ids_of(answer.json()["results"])


def test_a_feed_has_the_posts_of_followed_pages_and_of_ones_own_newest_first(bob, as_person):
    own, followed = PageFactory(owner=bob), FollowFactory(follower=bob).page
    shown = [PostFactory(page=own), PostFactory(page=followed), PostFactory(page=own)]
    PostFactory()
    waiting = FollowFactory(follower=bob, page__private=True, status=Follow.Status.PENDING).page
    PostFactory(page=waiting)

    assert ids(as_person(bob).get("/api/feed/")) == [post.pk for post in reversed(shown)]


def test_a_post_looks_the_same_in_the_feed_as_by_itself(bob, as_person, browser_of):
    post = PostFactory(page=FollowFactory(follower=bob).page)
    bob.time_zone = "Asia/Tokyo"
    bob.save()
    for client in (as_person(bob), browser_of(bob)):
        client.post(f"/api/posts/{post.pk}/like/")
        (shown,) = client.get("/api/feed/").json()["results"]
        assert shown == client.get(f"/api/posts/{post.pk}/").json()
        assert shown["created_at"].endswith("Z"), "in UTC, wherever its reader lives"


def test_a_feed_is_for_people(api, db):
    assert api.get("/api/feed/").status_code == 401


def test_a_feed_is_read_on_by_cursor_to_its_end_and_back(bob, as_person):
    pages = [FollowFactory(follower=bob).page for _each in range(3)]
    posts = [PostFactory(page=pages[number % 3]).pk for number in range(50)]
    me = as_person(bob)

    first = me.get("/api/feed/")
    second = me.get(first.json()["next"])
    third = me.get(second.json()["next"])
    assert ids(first) + ids(second) + ids(third) == posts[::-1]
    assert (first.json()["previous"], third.json()["next"]) == (None, None)
    assert ids(me.get(third.json()["previous"])) == ids(second)
    assert ids(me.get(second.json()["previous"])) == ids(first)


def test_reading_on_is_stable_while_new_posts_arrive(bob, as_person):
    page = FollowFactory(follower=bob).page
    posts = [PostFactory(page=page).pk for _each in range(30)]
    me = as_person(bob)
    first = me.get("/api/feed/").json()
    PostFactory.create_batch(5, page=page)

    assert ids(me.get(first["next"])) == posts[9::-1]


@pytest.mark.parametrize(
    "cursor", ["nonsense", "cD1hYmM=", "cD0tMQ==", "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk=", "%00", "=="]
)
def test_a_cursor_that_is_nonsense_breaks_nothing(bob, as_person, cursor):
    assert as_person(bob).get(f"/api/feed/?cursor={cursor}").status_code in {200, 404}


def test_what_is_no_longer_allowed_is_gone_at_the_next_read(bob, as_person):
    follow = FollowFactory(follower=bob)
    PostFactory(page=follow.page)
    me = as_person(bob)
    assert len(ids(me.get("/api/feed/"))) == 1

    follow.page.owner.is_blocked = True
    follow.page.owner.save()
    assert ids(me.get("/api/feed/")) == []


def test_a_page_that_turned_private_stays_with_its_followers(bob, as_person):
    follow = FollowFactory(follower=bob, page__private=True)
    post = PostFactory(page=follow.page)
    assert ids(as_person(bob).get("/api/feed/")) == [post.pk]


@given(steps=st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=60), limit=st.integers(1, 7))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.django_db(transaction=True)
def test_however_posts_are_spread_the_feed_is_that_of_the_plain_definition(steps, limit):
    Page.objects.all().delete()
    reader = UserFactory()
    followed = [FollowFactory(follower=reader).page for _each in range(3)]
    pages = [*followed, PageFactory(owner=reader), PageFactory(), PageFactory(private=True)]
    for page, _is_kept in steps:
        PostFactory(page=pages[page])
    plain = list(Post.objects.filter(page__in=pages[:4]).order_by("-pk").values_list("pk", flat=True))

    read, before = [], None
    while batch := ids_of(queries.home_feed(reader, limit=limit, before=before)):
        read, before = read + batch, batch[-1]
    assert read == plain
    if plain:
        middle = plain[len(plain) // 2]
        newer = [pk for pk in plain if pk > middle]
        assert ids_of(queries.home_feed_since(reader, after=middle, limit=limit)) == newer[-limit:]


def test_pages_that_are_quiet_are_read_to_the_end_too(bob, monkeypatch):
    monkeypatch.setattr(queries, "WALK", 3)
    quiet = FollowFactory(follower=bob).page
    posts = [PostFactory(page=quiet).pk for _each in range(4)]
    PostFactory.create_batch(10)
    newest = PostFactory(page=quiet)

    assert ids_of(queries.home_feed(bob, limit=10, before=newest.pk)) == posts[::-1]


def test_the_site_shows_the_feed_and_says_when_there_is_something_new(bob, browser_of):
    page = FollowFactory(follower=bob).page
    posts = PostFactory.create_batch(25, page=page)
    browser = browser_of(bob)
    home = browser.get("/").content.decode()
    assert posts[-1].content in home
    assert f"?before={posts[5].pk}" in home
    assert posts[4].content in browser.get(f"/?before={posts[5].pk}").content.decode()
    htmx = {"HX-Request": "true"}
    assert "<html" not in browser.get(f"/?before={posts[5].pk}", headers=htmx).content.decode()

    after = f"?after={posts[-1].pk}"
    assert browser.get(f"/feed/new/{after}", headers=htmx).content.strip() == b""
    new = PostFactory(page=page, content="Fresh")
    assert "Show 1 new post" in browser.get(f"/feed/new/{after}", headers=htmx).content.decode()
    newer = browser.get(f"/feed/newer/{after}", headers=htmx).content.decode()
    assert "Fresh" in newer
    assert f"?after={new.pk}" in newer
    assert browser.get("/feed/newer/?after=nonsense").status_code == 200


def test_a_visitor_is_welcomed_and_can_explore_what_is_public(client, db):
    PageFactory(name="For everybody")
    PageFactory(name="For friends", private=True)
    PageFactory(name="For nobody", blocked=True)

    for address in ("/", "/explore/"):
        html = client.get(address).content.decode()
        assert "For everybody" in html
        assert "For friends" not in html
        assert "For nobody" not in html
