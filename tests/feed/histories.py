"""Histories of what people do at random with posts and pages, and processes that write them.

`python -m tests.feed.histories SEED ADMIN PERSON…` does as many acts as each line of its input says, and says when they
are done.
"""

import os
import random
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from itertools import product

import django
from django.db import DatabaseError
from django.utils import timezone

if __name__ == "__main__":
    django.setup()

from innotter.accounts.models import User
from innotter.accounts.services import block_user, unblock_user
from innotter.blog.models import Post
from innotter.blog.services import delete_post, edit_post, like_post, publish_post, unlike_post
from innotter.errors import ProductError
from innotter.outages import outage
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
from tests.beside import database_url
from tests.factories.accounts import UserFactory
from tests.factories.blog import PostFactory
from tests.factories.pages import FollowFactory, PageFactory


class World:
    """People with pages, who do what people do, at random."""

    def __init__(self, seed, admin, people):
        self.random, self.admin, self.people = random.Random(seed), admin, people

    @classmethod
    def begun(cls, seed):
        """An admin, and two people and a moderator who follow each other's pages with a post each."""
        admin = UserFactory(role=User.Role.ADMIN)
        people = [UserFactory(), UserFactory(role=User.Role.MODERATOR), UserFactory()]
        pages = [PageFactory(owner=person, is_private=number == 1) for number, person in enumerate(people)]
        for person, page in product(people, pages):
            if page.owner != person:
                FollowFactory(page=page, follower=person)
        for page in pages:
            PostFactory(page=page)
        return cls(seed, admin, people)

    def person(self):
        return User.objects.get(pk=self.random.choice(self.people).pk)

    def page(self):
        return self.random.choice(list(Page.objects.select_related("owner").order_by("pk")))

    def post(self):
        return self.random.choice(list(Post.objects.select_related("page__owner").order_by("pk")))

    def step(self):
        """Something that somebody does; what is refused, or crosses what another process does, changes nothing."""
        try:
            self.random.choice(ACTS)(self)
        except (ProductError, IndexError):
            return
        except DatabaseError as error:
            if not outage(error):
                raise


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


class Writer:
    """A process that does what people do."""

    def __init__(self, world, seed):
        people = [str(person.pk) for person in (world.admin, *world.people)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.feed.histories", str(seed), *people],
            env=os.environ | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "innotter.config.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def begin(self, count):
        """Do so many acts from now on."""
        self.process.stdin.write(f"{count}\n")
        self.process.stdin.flush()

    def wait(self):
        """Until they are done."""
        assert self.process.stdout.readline() == "done\n", "a writer has died"

    def stop(self):
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()


@contextmanager
def writers(world, seeds):
    """A process for each seed, that writes until the context ends."""
    started = [Writer(world, seed) for seed in seeds]
    try:
        yield started
    finally:
        for writer in started:
            writer.stop()


def main(seed, admin, *people):
    found = User.objects.in_bulk([int(admin), *map(int, people)])
    world = World(int(seed), found[int(admin)], [found[int(person)] for person in people])
    for line in sys.stdin:
        for _act in range(int(line)):
            world.step()
        print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
