"""Any two writes on the same things at the same moment: each is done or refused in a sentence, never a failure of ours.

First one after the other, the second with the rows that it read before the first: this is what a race is once the
locks have put it in order, and it can be told for every pair. Then truly at once, for what removes things.
"""

from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Count, Max

from innotter.blog.models import Post
from innotter.errors import Conflict, ProductError
from innotter.outages import outage
from innotter.pages.models import Page
from tests.races.world import new_world, writes
from tests.together import at_the_same_moment

#: What a door turns into an answer of the 400s.
REFUSALS = (ProductError, ValidationError)


#: What is written to, by what it can touch.
RELATED = [{"page", "post", "article", "draft", "comment", "report", "person"}, {"task", "team", "job", "person"}]


def attempt(write):
    """Do it as a door does; what it refuses is an answer, too."""
    try:
        with transaction.atomic():
            write()
            connection.check_constraints()
    except REFUSALS as refusal:
        return refusal
    return None


def attempt_at_once(write):
    """The same, where PostgreSQL may end one of two who wait for each other: that is a refusal at every door, too."""
    try:
        return attempt(write)
    except (IntegrityError, OperationalError) as error:
        refusal = outage(error)
        if not isinstance(refusal, Conflict):
            raise
        return refusal


@pytest.mark.parametrize("first", sorted(set().union(*RELATED)))
def test_what_was_read_before_another_write_is_no_500(db, first):
    world = new_world()
    with transaction.atomic():
        begins = [name for name in writes(world) if name.startswith(f"{first}:")]
        transaction.set_rollback(True)
    for before in begins:
        with transaction.atomic():
            stale = writes(world)
            attempt(writes(world)[before])
            for after, write in stale.items():
                if not any({first, after.partition(":")[0]} <= related for related in RELATED):
                    continue
                with transaction.atomic():
                    _attempt_after(before, after, write)
                    transaction.set_rollback(True)
            transaction.set_rollback(True)


def _attempt_after(before, after, write):
    try:
        attempt(write)
        check_counts()
    except Exception as error:
        raise AssertionError(f"“{after}” after “{before}”: {type(error).__name__}: {error}") from error


def check_counts():
    """Numbers that are kept beside the rows are those of the rows."""
    for post in Post.objects.annotate(counted=Count("likes")):
        assert post.likes_count == post.counted
    for page in Page.objects.annotate(newest=Max("posts")):
        assert page.last_post_id == (page.newest or 0)


REMOVALS = ["page: delete", "post: delete", "post: delete the one above", "article: delete", "task: delete"]
REMOVALS += ["draft: publish", "team: remove", "report: remove"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("removal", REMOVALS)
def test_removing_while_others_write_is_no_500_and_leaves_nothing_half(removal):
    thing = removal.partition(":")[0]
    touched = {"page": ("page", "post", "article", "draft"), "team": ("team", "task"), "report": ("report", "post")}
    world = new_world()
    things = touched.get(thing, (thing,))
    names = [name for name in writes(world) if name != removal and name.partition(":")[0] in things]
    for start in range(0, len(names), 6):
        world = new_world() if start else world
        # Each with rows of its own, as in requests of their own.
        together = [writes(world)[name] for name in (removal, *names[start : start + 6])]
        assert len(at_the_same_moment(*[partial(attempt_at_once, write) for write in together])) == len(together)
        check_counts()


@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_on_publish_one_publishes():
    world = new_world()
    first, second = writes(world)["draft: publish"], writes(world)["draft: publish"]
    refusals = [result for result in at_the_same_moment(lambda: attempt(first), lambda: attempt(second)) if result]
    assert [refusal.code for refusal in refusals] == ["gone"]


@pytest.mark.django_db(transaction=True)
def test_of_two_moderators_who_decide_at_once_one_does():
    world = new_world()
    first, second = writes(world)["report: dismiss"], writes(world)["report: dismiss"]
    refusals = [result for result in at_the_same_moment(lambda: attempt(first), lambda: attempt(second)) if result]
    assert [refusal.status for refusal in refusals] == [409]
