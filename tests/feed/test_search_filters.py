"""Filters that are typed between the words, and what is said of those that make no sense."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.utils import timezone

from innotter.blog.models import PostWords
from innotter.blog.services import publish_article, publish_post
from innotter.feed.queries.searching import Kind, search_for, understand
from innotter.pages.services import edit_page
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory
from tests.factories.pages import FollowFactory, PageFactory
from tests.factories.tasks import TaskFactory, TeamFactory


@pytest.fixture
def garden(alice):
    return PageFactory(owner=alice, handle="garden")


@pytest.fixture
def find(bob):
    def ask(text, kind=Kind.POSTS, viewer=bob):
        return search_for(understand(text, viewer), kind, count=100)

    return ask


def test_from_means_the_pages_of_a_person_or_a_page_and_in_a_page(alice, garden, find):
    other = PageFactory(owner=alice, handle="kitchen")
    stranger = PageFactory(handle="elsewhere")
    here = publish_post(author=alice, page=garden, content="Quince").pk
    there = publish_post(author=alice, page=other, content="Quince").pk
    publish_post(author=stranger.owner, page=stranger, content="Quince")
    for text in ("from:alice", "from:@alice", "FROM:Alice", "quince from:alice", "from:ALICE quin"):
        assert find(text) == [there, here], text
    for text in ("from:garden", "in:garden", "in:@Garden", "quince in:garden", "from:alice in:garden"):
        assert find(text) == [here], text
    assert find("from:elsewhere in:garden quince") == []
    assert find("medlar in:garden") == []
    assert find("from:alice", Kind.PAGES) == find("alice in:garden", Kind.USERS) == []


def test_before_and_after_mean_days(alice, garden, find):
    with time_machine.travel(datetime(2026, 11, 1, 12, tzinfo=UTC), tick=False):
        old = publish_post(author=alice, page=garden, content="Quince").pk
        article = publish_article(author=alice, page=garden, title="Quince", content="A tree").pk
        task = TaskFactory(team=TeamFactory(owner=alice), title="Quince").pk
        job = JobFactory(owner=alice, name="Quince").pk
    with time_machine.travel(datetime(2026, 11, 2, 12, tzinfo=UTC), tick=False):
        new = publish_post(author=alice, page=garden, content="Quince").pk
    assert find("quince before:2026-11-02") == find("before:2026-11-02 in:garden") == [old]
    assert find("quince after:2026-11-02") == find("after:2026-11-02") == [new]
    assert find("quince after:2026-11-01 before:2026-11-03") == [new, old]
    assert find("quince before:2026-11-01") == find("quince after:2026-11-03") == []
    assert find("quince before:2026-11-03 before:2026-11-02") == [old], "all filters hold"
    for kind, pk in ((Kind.ARTICLES, article), (Kind.TASKS, task), (Kind.JOBS, job)):
        assert find("quince before:2026-11-02", kind, alice) == [pk]
        assert find("after:2026-11-01 before:2026-11-02", kind, alice) == [pk]
        assert find("quince after:2026-11-02", kind, alice) == []
    assert find("garden after:2020-01-01", Kind.PAGES) == [], "what has no day is not found by one"


def test_days_begin_where_the_reader_is(alice, garden, find):
    with time_machine.travel(datetime(2026, 11, 1, 23, tzinfo=UTC), tick=False):
        post = publish_post(author=alice, page=garden, content="Quince").pk
    with timezone.override("Asia/Tokyo"):
        assert find("quince after:2026-11-02") == [post]
        assert find("quince before:2026-11-02") == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("before:yesterday", "Write a day right after before:, such as 2026-11-21."),
        ("after:", "Write a day right after after:, such as 2026-11-21."),
        ("after:2026-02-30", "Write a day right after after:, such as 2026-11-21."),
        ("before:0001-01-01", "Write a day right after before:, such as 2026-11-21."),
        ("from:nobody", "There is no page or person called nobody whose posts you can read."),
        ("from:", "Write a handle or a username right after from:, such as from:ada."),
        ("in:@nowhere", "There is no page called @nowhere that you can read."),
        ("in: garden", "Write the handle of a page right after in:, such as in:garden."),
        ("from:'; in:%", "There is no page or person called &#x27;; whose posts you can read."),
    ],
)
def test_a_filter_that_makes_no_sense_is_told_and_finds_nothing(
    alice, bob, garden, find, browser_of, as_person, text, says
):
    publish_post(author=alice, page=garden, content="Quince")
    assert find(f"quince {text}") == []
    html = browser_of(bob).get("/search/", {"q": f"quince {text}"}).content.decode()
    assert says in html
    assert "Nothing found" not in html
    for kind in ("", "posts"):
        answer = as_person(bob).get("/api/search/", {"q": f"quince {text}", "type": kind})
        assert answer.status_code == 400
        assert answer.json()["code"] == "invalid"
        assert "q" in answer.json()["errors"]


def test_what_only_looks_like_a_filter_is_words(alice, garden, find):
    post = publish_post(author=alice, page=garden, content="See https://example.org/from:alice and sin:tax").pk
    assert find("sin:tax") == find("example.org/from:alice") == [post]


def test_a_private_page_is_named_by_a_filter_for_its_readers_alone(alice, bob, garden, find):
    post = publish_post(author=alice, page=garden, content="Quince").pk
    edit_page(owner=alice, page=garden, is_private=True)
    for text in ("in:garden", "from:alice", "from:garden"):
        assert find(text) == []
        assert find(text, viewer=alice) == [post]
    hidden, none = understand("in:garden", bob).refusals, understand("in:nothing", bob).refusals
    assert [text.replace("garden", "nothing") for text in hidden] == list(none)
    FollowFactory(page=garden, follower=bob)
    assert find("in:garden quin") == [post]


def test_many_filters_cost_no_more_than_one(alice, garden, django_assert_num_queries):
    with django_assert_num_queries(1):
        understand(" ".join(["in:garden from:alice"] * 9), UserFactory.build())


def test_a_page_alone_is_found_whole_also_what_an_older_version_has_noted_no_words_of(alice, garden, find):
    note = publish_post(author=alice, page=garden, content="Quince").pk
    article = publish_article(author=alice, page=garden, title="Medlar", content="Quince").pk
    PostWords.objects.all().delete()
    assert (find("from:alice"), find("from:alice", Kind.ARTICLES)) == ([note], [article])
    assert find("from:alice quince") == []


@pytest.mark.parametrize("door", ["/search/", "/api/search/"])
@pytest.mark.parametrize("limit", ["search_account", "search_address"])
def test_nobody_searches_without_end(alice, browser_of, client, settings, door, limit):
    settings.THROTTLES = settings.THROTTLES | {limit: "1/minute"}
    asks = browser_of(alice) if limit == "search_account" else client
    assert [asks.get(door, {"q": word}).status_code for word in ("", "quince", "", "pear")] == [200, 200, 200, 429]
