"""An answer that was kept is shown only while it is what the whole stack would say, after whatever change."""

import asyncio
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from bufferedwsgi import answers
from innotter.accounts.models import Session, User
from innotter.accounts.services import block_user, end_sessions
from innotter.blog.models import Post, PostImage
from innotter.blog.services import delete_post, edit_post, like_post, publish_post
from innotter.feed import caching
from innotter.feed.queries import changes
from innotter.pages.models import Page
from innotter.pages.services import (
    block_page,
    delete_page,
    edit_page,
    unfollow_page,
)
from innotter.web.requests import requests_total
from tests.factories.accounts import UserFactory
from tests.factories.blog import PostFactory
from tests.factories.pages import FollowFactory, PageFactory
from tests.feed.web_process import Site, another_connection, token_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(bob):
    return PageFactory(owner=bob)


@pytest.fixture
def token(alice, page):
    FollowFactory(page=page, follower=alice)
    return token_of(alice)


def test_what_is_kept_is_shown_without_the_stack_and_word_for_word(site, token, page):
    PostFactory(page=page, content="Слово")
    site.warm_up(token)
    assert site.warm(token) == site.ask(token, is_cold=True)


def test_each_answer_is_counted_and_logged(site, token, caplog):
    caplog.set_level("INFO", "innotter.web.requests")
    site.warm_up(token)
    before = requests_total.labels("GET", "api:feed", 200)._value.get()
    caplog.clear()
    site.ask(token)
    assert requests_total.labels("GET", "api:feed", 200)._value.get() == before + 1
    (line,) = [record for record in caplog.records if record.message == "request"]
    assert (line.view, line.status, line.queries) == ("api:feed", 200, 1)


def test_who_asks_once_costs_no_memory(site, alice):
    site.ask(token_of(alice))
    assert not site.warm_way._kept


@pytest.mark.parametrize(
    "headers",
    [{"cookie": "a=b"}, {"authorization": None}, {"content-length": "0"}, {"x-long": "x" * 5000}],
    ids=["a browser", "nobody", "a body", "long headers"],
)
def test_what_is_no_plain_question_of_a_program_is_the_stacks(site, token, headers):
    for _time in range(4):
        site.ask(token, **headers)
    assert not site.warm_way._kept


def test_others_by_their_headers_have_answers_of_their_own(site, token):
    site.warm_up(token)
    english, russian = (site.ask(token, **{"accept-language": language}) for language in ("en", "ru"))
    assert dict(english[1])[b"content-language"] != dict(russian[1])[b"content-language"]


def test_no_more_is_kept_than_there_is_room_for(alice, page):
    site = Site(most=2)
    try:
        for _number in range(3):
            site.warm_up(token_of(alice))
        assert len(site.warm_way._kept) == 2
    finally:
        site.stop()


@pytest.fixture
def change(alice, bob, page):
    """What may happen to a feed after it was kept."""
    post = PostFactory(page=page)

    def by_another_server():
        with another_connection() as other:
            other.execute("UPDATE blog_post SET content = 'Changed by hand' WHERE id = %s", [post.pk])

    return {
        "a post": lambda: publish_post(author=bob, page=page, content="New"),
        "an edited post": lambda: edit_post(author=bob, post=post, content="Otherwise"),
        "a deleted post": lambda: delete_post(person=bob, post=post),
        "a like": lambda: like_post(person=bob, post=post),
        "one's own like": lambda: like_post(person=alice, post=post),
        "a reply": lambda: publish_post(
            author=bob, page=PageFactory(owner=bob), content="Yes", reply_to=Post.objects.get(pk=post.pk)
        ),
        "a picture": lambda: PostImage.objects.create(post=post, image="x.png", width=1, height=1),
        "another name": lambda: edit_page(owner=bob, page=page, name="Otherwise"),
        "an end": lambda: unfollow_page(follower=alice, page=page),
        "a block": lambda: block_page(moderator=UserFactory(role=User.Role.ADMIN), page=page),
        "a blocked author": lambda: block_user(admin=UserFactory(role=User.Role.ADMIN), user=bob),
        "a page of one's own": lambda: PostFactory(page=PageFactory(owner=alice)),
        "another role": lambda: User.objects.filter(pk=alice.pk).update(role=User.Role.MODERATOR),
        "a page that is gone": lambda: delete_page(owner=bob, page=page),
        "a hand in the database": by_another_server,
    }


CHANGES = ["a post", "an edited post", "a deleted post", "a like", "one's own like", "a reply", "a picture"]
CHANGES += ["another name", "an end", "a block", "a blocked author", "a page of one's own", "another role"]
CHANGES += ["a page that is gone", "a hand in the database"]


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_in_the_next_answer(site, token, change, name):
    site.warm_up(token)
    change[name]()
    assert site.ask(token) == site.ask(token, is_cold=True)
    site.warm_up(token)
    assert site.ask(token) == site.ask(token, is_cold=True)


def test_of_everything_that_may_happen_something_does(change):
    assert set(change) == set(CHANGES)


def test_what_does_not_concern_a_feed_does_not_make_it_anew(site, token):
    site.warm_up(token)
    PostFactory(page=PageFactory())
    UserFactory()
    FollowFactory(page=PageFactory())
    assert site.warm(token)[0] == 200


@pytest.mark.parametrize("how", ["ended", "deleted", "blocked", "run out", "of a token that has run out"])
def test_who_may_ask_no_more_is_told_nothing(site, token, alice, how, monkeypatch):
    site.warm_up(token)
    sessions = Session.objects.filter(user=alice)
    if how == "ended":
        end_sessions(sessions=list(sessions))
    elif how == "deleted":
        sessions.delete()
    elif how == "blocked":
        block_user(admin=UserFactory(role=User.Role.ADMIN), user=alice)
    elif how == "run out":
        sessions.update(expires_at=timezone.now() - timedelta(seconds=1))
    else:
        monkeypatch.setattr("innotter.accounts.tokens.LEEWAY", -(10**6))
    assert site.ask(token)[0] == 401


def test_a_block_that_ends_by_itself_is_seen_at_its_time(site, token, page):
    PostFactory(page=page)
    Page.objects.filter(pk=page.pk).update(blocked_until=timezone.now() + timedelta(seconds=2))
    site.warm_up(token)
    assert b'"results":[]' in site.ask(token)[2]
    time.sleep(2.1)
    assert b'"results":[]' not in site.ask(token)[2]


def test_a_block_that_ends_while_the_feed_is_answered_is_seen_in_the_next_answer(site, token, page):
    PostFactory(page=page)
    for _time in range(3):
        site.ask(token)
    answer = site.warm_way._application

    async def slowly(*request):
        await answer(*request)
        await asyncio.sleep(1.2)

    Page.objects.filter(pk=page.pk).update(blocked_until=timezone.now() + timedelta(seconds=1))
    site.warm_way._application = slowly
    assert b'"results":[]' in site.ask(token)[2]
    site.warm_way._application = answer
    assert b'"results":[]' not in site.ask(token)[2]


def test_one_person_with_many_headers_pushes_nobody_elses_answer_out(alice, bob, page):
    site = Site(most=20)
    try:
        of_alice, of_bob = token_of(alice), token_of(bob)
        site.warm_up(of_alice)
        for number in range(30):
            for _time in range(2):
                site.ask(of_bob, **{"x-number": str(number)})
        assert site.warm(of_alice)[0] == 200
        assert len(site.warm_way._kept) <= 1 + caching.MOST_OF_ONE
    finally:
        site.stop()


def test_a_long_answer_takes_no_memory(site, token, page, monkeypatch):
    PostFactory(page=page, content="Long")
    monkeypatch.setattr(caching, "LONGEST_BODY", len(site.ask(token)[2]) - 1)
    for _time in range(4):
        site.ask(token)
    assert not site.warm_way._kept
    monkeypatch.undo()
    site.warm_up(token)


def test_an_answer_that_was_not_taken_to_its_end_is_not_shown_again(site, token, page, monkeypatch):
    site.warm_up(token)
    PostFactory(page=page)
    monkeypatch.setattr(answers, "PIECE_BYTES", 50)
    monkeypatch.setattr(answers, "PIECE_SECONDS", 0.1)
    site.takes = 2
    _status, _headers, body = site.ask(token)
    assert len(body) == 50
    site.takes = 100
    assert site.ask(token) == site.ask(token, is_cold=True)


def test_a_database_that_goes_away_after_an_answer_takes_nothing_from_it(site, token, monkeypatch):
    def go_away(*_asked):
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(caching, "_made_of", go_away)
    for _time in range(3):
        assert site.ask(token)[0] == 200
    monkeypatch.undo()
    site.warm_up(token)


def test_without_a_database_to_ask_the_stack_answers(site, token, page, monkeypatch):
    site.warm_up(token)
    with another_connection() as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE query LIKE %s AND pid <> %s",
            ["%feed_change%", other.info.backend_pid],
        )
    PostFactory(page=page, content="Meanwhile")
    assert b"Meanwhile" in site.ask(token)[2]
    monkeypatch.setattr(changes, "PAUSE", 0)
    site.warm_up(token)
    assert b"Meanwhile" in site.warm(token)[2]


def test_behind_a_pooler_that_knows_no_prepared_statements(site, token, page, settings):
    settings.DATABASE_PREPARE = False
    site.warm_up(token)
    assert site.warm(token)[0] == 200
    PostFactory(page=page, content="New")
    assert b"New" in site.ask(token)[2]


def test_after_a_long_time_without_a_question_nothing_is_relied_upon(site, token, monkeypatch):
    site.warm_up(token)
    monkeypatch.setattr(changes, "RELIABLE_SECONDS", 0)
    assert site.ask(token)[0] == 200
    monkeypatch.undo()
    monkeypatch.setattr(changes, "PAUSE", 0)
    site.warm_up(token)


def test_of_more_changes_than_are_remembered_none_is_passed_over(site, token, page):
    site.warm_up(token)
    site.warm_way._changes._newest = type(site.warm_way._changes._newest)(maxlen=3)
    post = PostFactory(page=page, content="First")
    for _number in range(5):
        PostFactory()
    assert site.ask(token) == site.ask(token, is_cold=True)
    assert post.content.encode() in site.ask(token)[2]


def test_of_more_changes_at_once_than_are_named_none_is_passed_over(site, token, page):
    site.warm_up(token)
    with transaction.atomic(), connection.cursor() as cursor:
        many = "INSERT INTO feed_change (kind, id) SELECT 'p', -number FROM generate_series(1, %s) AS number"
        cursor.execute(many, [changes.MOST_CHANGES + 5])
        PostFactory(page=page, content="Among many")
    assert b"Among many" in site.ask(token)[2]


def test_many_at_once_share_a_question(site, token, page):
    site.warm_up(token)

    async def many():
        return await asyncio.gather(*(site._ask(site.warm_way, token, {}) for _number in range(20)))

    assert len({body for _status, _headers, body in site.runner.run(many())}) == 1
