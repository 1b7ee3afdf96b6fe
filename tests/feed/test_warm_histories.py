"""Whatever people do, and however many at once: a warm answer is the cold one."""

import os
import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from innotter.accounts.models import User
from innotter.accounts.services import block_user, unblock_user
from innotter.blog.models import Post
from innotter.blog.services import delete_post, edit_post, like_post, publish_post, unlike_post
from innotter.errors import ProductError
from innotter.pages.models import Page
from innotter.pages.services import (
    accept_requests,
    block_page,
    create_page,
    delete_page,
    edit_page,
    follow_page,
    unblock_page,
    unfollow_page,
)
from tests.factories.accounts import UserFactory
from tests.factories.blog import PostFactory
from tests.factories.pages import FollowFactory, PageFactory
from tests.feed.web_process import Site, token_of

pytestmark = pytest.mark.django_db(transaction=True)

SOAK = os.environ.get("SOAK")
HISTORIES, STEPS = int(SOAK or 4), 25


class World:
    """People with pages, who do what people do, at random."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.admin = UserFactory(role=User.Role.ADMIN)
        self.people = [UserFactory(), UserFactory(role=User.Role.MODERATOR), UserFactory()]
        self.pages = [PageFactory(owner=person, is_private=number == 1) for number, person in enumerate(self.people)]
        for person in self.people:
            for page in self.pages:
                if page.owner != person:
                    FollowFactory(page=page, follower=person)
        self.posts = [PostFactory(page=page) for page in self.pages]
        self.tokens = [token_of(person) for person in self.people]

    def person(self):
        return User.objects.get(pk=self.random.choice(self.people).pk)

    def page(self):
        return self.random.choice(list(Page.objects.select_related("owner").order_by("pk")))

    def post(self):
        return self.random.choice(list(Post.objects.select_related("page__owner").order_by("pk")))

    def step(self):
        """Something that somebody does; what is refused changes nothing."""
        with suppress(ProductError, IndexError):
            self.random.choice(ACTS)(self)


def publish(world):
    page = world.page()
    publish_post(author=page.owner, page=page, content=f"Word {world.random.random()}")


def answer(world):
    page = world.page()
    publish_post(author=page.owner, page=page, content="An answer", reply_to=world.post())


def edit(world):
    post = world.post()
    edit_post(author=post.page.owner, post=post, content=f"Edited {world.random.random()}")


def edit_own_page(world):
    page = world.page()
    edit_page(owner=page.owner, page=page, is_private=world.random.random() < 0.5, name=f"Page {world.random.random()}")


def block_for_a_moment(world):
    block_page(moderator=world.admin, page=world.page(), until=timezone.now() + timedelta(seconds=0.2))


def let_in(world):
    page = world.page()
    accept_requests(owner=page.owner, page=page)


def begin_page(world):
    number = world.random.randrange(10**9)
    create_page(owner=world.person(), name=f"Page {number}", handle=f"page-{number}")


ACTS = [
    publish,
    publish,
    answer,
    answer,
    edit,
    edit_own_page,
    block_for_a_moment,
    let_in,
    begin_page,
    lambda world: delete_post(person=world.admin, post=world.post(), reason="Spam"),
    lambda world: like_post(person=world.person(), post=world.post()),
    lambda world: unlike_post(person=world.person(), post=world.post()),
    lambda world: follow_page(follower=world.person(), page=world.page()),
    lambda world: unfollow_page(follower=world.person(), page=world.page()),
    lambda world: block_page(moderator=world.admin, page=world.page()),
    lambda world: unblock_page(moderator=world.admin, page=world.page()),
    lambda world: block_user(admin=world.admin, user=world.person()),
    lambda world: unblock_user(admin=world.admin, user=world.person()),
    lambda world: delete_page(owner=(page := world.page()).owner, page=page),
]


@pytest.mark.parametrize("history", range(HISTORIES))
def test_a_warm_answer_is_the_cold_one_after_whatever_people_do(site, history):
    world = World(int(os.environ.get("SOAK_SEED", "0")) + history)
    for token in world.tokens:
        site.warm_up(token)
    for _step in range(STEPS):
        world.step()
        for token in world.tokens:
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
