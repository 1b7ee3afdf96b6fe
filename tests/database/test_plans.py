"""Statements that are planned once are: PostgreSQL goes on planning where a plan that knows the values looks better."""

from collections import Counter

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from innotter.blog.queries import cards_of, readable_posts
from innotter.blog.queries.posts import newest_rows_on, rows_of
from innotter.feed.queries.searching import Kind, search_for, understand
from innotter.notifications.services import count_unread
from innotter.pages.queries import found_pages
from tests.factories.blog import PostFactory

READ = {
    "the cards of posts": lambda post, viewer: cards_of([post.pk], viewer),
    "posts that one may read": lambda post, viewer: readable_posts([post.pk], viewer),
    "a post of the API": lambda post, viewer: rows_of([post.pk], viewer),
    "the posts of a page": lambda post, viewer: newest_rows_on(post.page.handle, viewer, limit=21),
    "pages that one may find": lambda post, viewer: found_pages([post.page_id], viewer),
    "posts that a search finds": lambda post, viewer: search_for(understand("post", viewer), Kind.POSTS, count=21),
    "pages that a filter means": lambda post, viewer: understand(f"in:{post.page.handle}", viewer),
    "what the bell counts": lambda post, viewer: viewer.pk and count_unread(recipient=viewer, most=100),
}


def planned():
    """How often each statement of this connection was planned for certain values."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, custom_plans FROM pg_prepared_statements")
        return Counter(dict(cursor.fetchall()))


@pytest.mark.django_db
@pytest.mark.parametrize("what", READ)
def test_nobody_waits_for_a_plan_again_and_again(alice, mia, what):
    posts, before = PostFactory.create_batch(3), planned()
    for number in range(12):
        for viewer in (alice, mia, AnonymousUser()):
            READ[what](posts[number % 3], viewer)
    assert max((planned() - before).values(), default=0) <= 5
