"""The doors that are answered without the whole stack say what the whole stack would say, to everybody."""

import json
import re
from datetime import timedelta
from unittest.mock import Mock

import pytest
import time_machine
from django.conf import settings as configured
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from innotter.accounts.models import Session, User
from innotter.accounts.services import Device, start_token_session
from innotter.blog.models import Post, PostImage
from innotter.blog.queries import posts
from innotter.config.short_way import DOORS, _headers
from innotter.feed.queries import home
from innotter.notifications.services import reading
from innotter.pages.models import Page
from innotter.pages.services import follow_page
from tests.factories.accounts import UserFactory
from tests.factories.blog import PostFactory
from tests.factories.pages import PageFactory

pytestmark = pytest.mark.django_db
#: Both as they are before a test changes the settings.
WITH = list(configured.MIDDLEWARE)
WITHOUT = [name for name in WITH if not name.endswith("ShortWayMiddleware")]
#: One of the addresses of each door; `test_each_door_is_walked` sees to it.
PATHS = ["/api/feed/", "/api/notifications/unread/", "/api/posts/{post}/", "/api/pages/walls/posts/"]
#: Of each request its own.
OWN = {"X-Request-ID"}


@pytest.fixture
def both(settings):
    """What is said the short way, and what the long way; each as status, headers and body."""

    def both(path, *, secure=False, **headers):
        answers = []
        for middleware in (WITH, WITHOUT):
            settings.MIDDLEWARE = middleware
            answer = Client().get(path, headers=headers, secure=secure)
            said = {name: value for name, value in answer.headers.items() if name not in OWN}
            said["Content-Security-Policy"] = sorted(said.get("Content-Security-Policy", "").split("; "))
            answers.append((answer.status_code, said, answer.content))
        return answers

    return both


@pytest.fixture
def world(alice, bob):
    page = PageFactory(owner=bob, handle="walls")
    follow_page(page=page, follower=alice)
    for number in range(25):
        PostFactory(page=page, content=f"Post {number} с буквами")
    PostFactory(page=PageFactory(owner=alice))
    answer_to = Post.objects.filter(page=page).latest("pk")
    PostFactory(page=page, reply_to=answer_to, answered_id=answer_to.pk)
    PostImage.objects.create(post=answer_to, width=3, height=2, alt="Стена")
    return answer_to.pk


def token_of(user):
    return f"Bearer {start_token_session(user=user, device=Device('', '127.0.0.1')).access}"


def test_each_door_is_walked(world):
    assert [sum(bool(re.fullmatch(door, path.format(post=world))) for path in PATHS) for door in DOORS] == [1] * 4


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("role", User.Role.values)
def test_a_program_is_told_the_same(both, world, alice, path, role):
    User.objects.filter(pk=alice.pk).update(role=role)
    short, long = both(path.format(post=world), Authorization=token_of(alice), Accept_Language="ru, en;q=0.5")
    assert short == long
    assert short[0] == 200


def test_it_is_the_short_way(both, world, alice, monkeypatch):
    monkeypatch.setitem(DOORS, "/api/feed/", lambda request, person: {"short": person.username})
    short, long = both("/api/feed/", Authorization=token_of(alice))
    assert json.loads(short[2]) == {"short": "alice"}
    assert json.loads(long[2])["results"]


@pytest.fixture
def https(settings):
    """A site as it is in the world: at an https address."""
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 3600
    _headers.cache_clear()
    yield
    _headers.cache_clear()


def test_it_is_the_short_way_at_an_https_address_too(both, https, world, alice, monkeypatch):
    said = both("/api/feed/", secure=True, Authorization=token_of(alice))
    assert said[0] == said[1]
    assert said[0][1]["Strict-Transport-Security"] == "max-age=3600"
    monkeypatch.setitem(DOORS, "/api/feed/", lambda request, person: {"short": person.username})
    short, _long = both("/api/feed/", secure=True, Authorization=token_of(alice))
    assert json.loads(short[2]) == {"short": "alice"}


def test_who_asks_an_https_site_without_https_is_sent_to_it(both, https, world, alice):
    short, long = both("/api/feed/", Authorization=token_of(alice))
    assert short == long
    assert (short[0], short[1]["Location"]) == (301, "https://testserver/api/feed/")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("query", ["?page_size=3", "?page_size=x", "?cursor=bm90aGluZw==", "?cursor=%00", "?"])
def test_who_asks_for_something_special_is_told_the_same(both, world, alice, path, query):
    short, long = both(path.format(post=world) + query, Authorization=token_of(alice))
    assert short == long


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Bearer "}, {"Authorization": "Basic eDp5"}]
)
def test_who_has_no_good_token_is_told_the_same(both, world, path, headers):
    short, long = both(path.format(post=world), **headers)
    assert short == long
    is_strangers = path in PATHS[2:] and not headers.get("Authorization", "").startswith("Bearer")
    assert short[0] == (200 if is_strangers else 401)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("change", [{"is_blocked": True}, {"email_verified_at": None}])
def test_who_is_not_let_in_any_more_is_refused_at_the_next_request(both, world, alice, path, change):
    token, path = token_of(alice), path.format(post=world)
    assert both(path, Authorization=token)[0][0] == 200
    User.objects.filter(pk=alice.pk).update(**change)
    short, long = both(path, Authorization=token)
    assert short == long
    assert short[0] == 403


def test_a_session_that_has_ended_and_a_token_that_has_run_out_open_nothing(both, alice):
    token = token_of(alice)
    assert both("/api/feed/", Authorization=token)[0][0] == 200
    late = timezone.now() + timedelta(seconds=configured.ACCESS_TOKEN_SECONDS + 31)
    with time_machine.travel(late, tick=False):
        assert [answer[0] for answer in both("/api/feed/", Authorization=token)] == [401, 401]
    Session.objects.filter(user=alice).update(revoked_at=timezone.now())
    assert [answer[0] for answer in both("/api/feed/", Authorization=token)] == [401, 401]


def test_a_token_under_a_key_that_is_gone_opens_nothing(both, alice, settings):
    token = token_of(alice)
    assert both("/api/feed/", Authorization=token)[0][0] == 200
    settings.TOKEN_KEYS = []
    assert [answer[0] for answer in both("/api/feed/", Authorization=token)] == [401, 401]


def test_a_host_that_is_not_ours_is_refused(both, alice, settings):
    settings.ALLOWED_HOSTS = ["ours.example"]
    short, long = both("/api/feed/", Authorization=token_of(alice), Host="theirs.example")
    assert (short[0], long[0]) == (400, 400)


@pytest.mark.parametrize("method", ["post", "head", "options", "delete"])
def test_another_method_goes_the_long_way(both, alice, settings, method):
    answer = getattr(Client(), method)("/api/feed/", headers={"Authorization": token_of(alice)})
    settings.MIDDLEWARE = WITHOUT
    again = getattr(Client(), method)("/api/feed/", headers={"Authorization": token_of(alice)})
    assert (answer.status_code, answer.content) == (again.status_code, again.content)


@pytest.fixture
def broken(monkeypatch):
    """Lets no door read anything."""

    def broken(error):
        def read(*_words):
            raise error

        for module, name in ((home, "fetch_named"), (posts, "fetch_named"), (reading, "fetch")):
            monkeypatch.setattr(module, name, read)

    return broken


@pytest.mark.parametrize("path", PATHS)
def test_an_outage_is_told_the_same(both, broken, world, alice, path):
    """In the language of who asks, with the headers that browsers are protected by."""
    broken(OperationalError("The database is away."))
    short, long = both(path.format(post=world), Authorization=token_of(alice), Accept_Language="ru")
    assert short == long
    assert (short[0], short[1]["Content-Language"]) == (503, "ru")


def test_an_outage_at_the_token_is_told_the_same(both, alice, monkeypatch):
    token = token_of(alice)
    monkeypatch.setattr(Session, "with_person", Mock(side_effect=OperationalError("The database is away.")))
    short, long = both("/api/feed/", Authorization=token, Accept_Language="ru")
    assert short == long
    assert short[0] == 503


def test_nobody_waits_twice_for_a_database_that_is_away(alice, monkeypatch):
    token, asked = token_of(alice), Mock(side_effect=OperationalError("The database is away."))
    monkeypatch.setattr(Session, "with_person", asked)
    assert Client().get("/api/feed/", headers={"Authorization": token}).status_code == 503
    assert asked.call_count == 1


def test_what_is_broken_on_the_short_way_alone_is_answered_the_long_way(both, world, alice, monkeypatch, caplog):
    monkeypatch.setitem(DOORS, "/api/feed/", Mock(side_effect=ValueError))
    short, long = both("/api/feed/", Authorization=token_of(alice))
    assert short == long
    assert short[0] == 200
    assert "The short way has led nowhere" in caplog.text


PRIVATE, BLOCKED, GONE = "private", "blocked", "gone"


@pytest.mark.parametrize("path", PATHS[2:])
@pytest.mark.parametrize("who", ["owner", "follower", "other", "moderator"])
@pytest.mark.parametrize("change", [PRIVATE, BLOCKED, GONE])
def test_what_some_may_not_read_is_shown_to_the_same_people(both, world, alice, bob, carol, path, who, change):
    if change == PRIVATE:
        Page.objects.filter(handle="walls").update(is_private=True)
    elif change == BLOCKED:
        Page.objects.filter(handle="walls").update(blocked_until=timezone.now() + timedelta(days=1))
    else:
        Page.objects.filter(handle="walls").delete()
    people = {"owner": bob, "follower": alice, "other": carol, "moderator": UserFactory(role=User.Role.MODERATOR)}
    short, long = both(path.format(post=world), Authorization=token_of(people[who]))
    assert short == long
    readers = {PRIVATE: ("owner", "follower", "moderator"), BLOCKED: ("owner", "moderator"), GONE: ()}
    assert short[0] == (200 if who in readers[change] else 404)


def test_the_handle_of_a_page_may_be_written_large_and_a_page_may_be_empty(both, world, alice):
    PageFactory(handle="empty")
    for path, count in (("/api/pages/WALLS/posts/", 20), ("/api/pages/empty/posts/", 0)):
        short, long = both(path, Authorization=token_of(alice))
        assert short == long
        assert len(json.loads(short[2])["results"]) == count


@pytest.mark.parametrize("path", ["/api/posts/{post}/", "/api/pages/walls/posts/"])
def test_posts_are_one_statement_and_who_asks_another(world, alice, django_assert_num_queries, path):
    token = token_of(alice)
    with django_assert_num_queries(2):
        assert Client().get(path.format(post=world), headers={"Authorization": token}).status_code == 200


def test_a_constant_number_of_statements(alice, django_assert_num_queries):
    token = token_of(alice)
    for count in (1, 5):
        for _number in range(count):
            page = PageFactory(owner=UserFactory())
            follow_page(page=page, follower=alice)
            PostFactory(page=page)
        Client().get("/api/feed/", headers={"Authorization": token})
        with django_assert_num_queries(2):
            Client().get("/api/feed/", headers={"Authorization": token})
