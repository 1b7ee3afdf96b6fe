"""Whatever people do, and however many at once: a warm answer is the cold one."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from innotter.blog.services import delete_post, publish_post
from tests.factories.accounts import UserFactory
from tests.factories.blog import PostFactory
from tests.factories.pages import FollowFactory, PageFactory
from tests.feed.histories import World, writers
from tests.feed.web_process import Site, token_of

pytestmark = pytest.mark.django_db(transaction=True)

SOAK, SEED = os.environ.get("SOAK"), int(os.environ.get("SOAK_SEED", "0"))
HISTORIES, STEPS = int(SOAK or 4), 25
#: Of those that several processes write: how often all of them are let go, and how much each does then.
BURSTS, ACTS_AT_ONCE = 15, 8


@pytest.mark.parametrize("history", range(HISTORIES))
def test_a_warm_answer_is_the_cold_one_after_whatever_people_do(site, history):
    world = World.begun(SEED + history)
    tokens = [token_of(person) for person in world.people]
    for token in tokens:
        site.warm_up(token)
    for _step in range(STEPS):
        world.step()
        assert_warm_is_cold(site, tokens)


@pytest.mark.parametrize("history", range(int(SOAK or 1)))
def test_a_warm_answer_is_the_cold_one_whenever_several_processes_have_written_at_once(site, history):
    """While they write, the answers are asked for all the time, so that some are kept in the middle of a commit."""
    world = World.begun(SEED + history)
    tokens = [token_of(person) for person in world.people]
    with writers(world, [f"{SEED}{history}{number}" for number in range(3)]) as others, ThreadPoolExecutor(1) as pool:
        for _burst in range(BURSTS):
            for writer in others:
                writer.begin(ACTS_AT_ONCE)
            done = pool.submit(lambda: [writer.wait() for writer in others])
            while not done.done():
                for token in tokens:
                    site.ask(token)
            done.result()
            assert_warm_is_cold(site, tokens)


def assert_warm_is_cold(site, tokens):
    for token in tokens:
        before, warm = site.ask(token, is_cold=True), site.ask(token)
        # A block may have ended between two of them.
        assert warm in (before, site.ask(token, is_cold=True))


def test_whoever_writes_reads_it_at_once_while_others_write(alice):
    """Three people write, and each asks a web process of their own, which shows all that they wrote."""
    page = FollowFactory(follower=alice).page

    def write_and_read(number):
        site, owner = Site(), UserFactory()
        mine = PageFactory(owner=owner)
        FollowFactory(page=page, follower=owner)
        token = token_of(owner)
        try:
            site.warm_up(token)
            for count in range(15):
                post = publish_post(author=owner, page=mine, content=f"Mine {number} {count}")
                assert f"Mine {number} {count}".encode() in site.ask(token)[2]
                if count % 3 == 0:
                    delete_post(person=owner, post=post)
                    assert f'Mine {number} {count}"'.encode() not in site.ask(token)[2]
                PostFactory(page=page)
        finally:
            site.stop()
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(write_and_read, range(3)))
