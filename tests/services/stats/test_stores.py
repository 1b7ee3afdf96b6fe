"""The same events give the same numbers: thrice, in any order, in portions of any size, after failures (B-17)."""

import random
import sqlite3
import threading
import uuid
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.contract.events import Unreadable
from services.stats.ingest import effect_of
from services.stats.schemas import COUNTERS
from services.stats.store import sqlite
from services.stats.store.dynamodb import DynamoStore
from services.stats.store.sqlite import SqliteStore
from tests.services.events import event_of

PAGES = [1, 2, 3]
DAYS = [date(2026, 11, day) for day in (1, 2, 3)]

a_page = st.sampled_from(PAGES)
kinds = st.sampled_from(["note", "article"])
facts = st.one_of(
    st.tuples(st.just("page.followed"), st.fixed_dictionaries({"page_id": a_page})),
    st.tuples(st.just("page.unfollowed"), st.fixed_dictionaries({"page_id": a_page, "was_follower": st.booleans()})),
    st.tuples(st.just("page.follow_requested"), st.fixed_dictionaries({"page_id": a_page})),
    st.tuples(st.just("post.liked"), st.fixed_dictionaries({"page_id": a_page})),
    st.tuples(st.just("post.unliked"), st.fixed_dictionaries({"page_id": a_page})),
    st.tuples(
        st.just("post.published"),
        st.fixed_dictionaries({"page_id": a_page, "kind": kinds, "answered_page_id": st.none() | a_page}),
    ),
    st.tuples(
        st.just("page.viewed"),
        st.fixed_dictionaries(
            {"page_id": a_page, "day": st.sampled_from([str(day) for day in DAYS]), "views": st.integers(1, 50)}
        ),
    ),
    st.tuples(
        st.just("page.edited"), st.fixed_dictionaries({"page_id": a_page, "handle": st.sampled_from(["ant", "bee"])})
    ),
)


@st.composite
def histories(draw):
    """What happened, in the order in which it did; each page was opened first."""
    told = draw(st.lists(st.tuples(facts, st.sampled_from(DAYS)), min_size=1, max_size=30))
    opened = [(("page.created", {"page_id": page, "owner_id": 1, "handle": f"page-{page}"}), DAYS[0]) for page in PAGES]
    return [
        event_of(number, f"innotter.{type_}", datetime(day.year, day.month, day.day, 12, tzinfo=UTC), **data)
        for number, ((type_, data), day) in enumerate(opened + told, start=1)
    ]


def expected(history):
    """The numbers, counted in the simplest way."""
    totals = {page: dict.fromkeys(COUNTERS, 0) for page in PAGES}
    for event in history:
        effect = effect_of(event)
        for page, counts in effect.counts.items():
            for name, by in counts.items():
                totals[page][name] += by
    return totals


def handles(history):
    latest = {event.data["page_id"]: event.data["handle"] for event in history if "handle" in event.data}
    holders = {}
    for event in history:
        if "handle" in event.data:
            page = event.data["page_id"]
            if latest[page] == event.data["handle"]:
                holders[event.data["handle"]] = page
    return holders


def check(store, history):
    for page, counts in expected(history).items():
        totals = store.totals(page)
        assert {name: totals.get(name, 0) for name in COUNTERS} == counts
        days = store.days(page, DAYS[0], DAYS[-1])
        assert {name: sum(day.get(name, 0) for day in days.values()) for name in COUNTERS} == counts
    for handle, page in handles(history).items():
        assert store.page(handle).id == page


def thrice_in_any_order(store, history, seed):
    """Every event three times, in random order, in portions of random size."""
    chance = random.Random(seed)
    told = [effect_of(event) for event in history] * 3
    chance.shuffle(told)
    while told:
        size = chance.randint(1, 40)
        store.apply(told[:size])
        del told[:size]


@settings(max_examples=100, deadline=None)
@given(histories(), st.integers())
def test_events_that_come_thrice_in_any_order_give_the_same_numbers_in_a_file(tmp_path_factory, history, seed):
    with closing(SqliteStore(tmp_path_factory.mktemp("statistics") / "statistics.sqlite")) as store:
        store.prepare()
        thrice_in_any_order(store, history, seed)
        check(store, history)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories(), st.integers())
def test_events_that_come_thrice_in_any_order_give_the_same_numbers_in_dynamodb(aws, monkeypatch, history, seed):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    store = DynamoStore(f"statistics-{uuid.uuid4()}")
    store.prepare()
    thrice_in_any_order(store, history, seed)
    check(store, history)


def of_one(number, **data):
    return effect_of(event_of(number, "innotter.post.liked", **{"page_id": 1} | data))


def test_a_store_can_be_prepared_twice_and_keeps_what_is_there(store):
    store.apply([of_one(1)])
    store.prepare()
    assert store.totals(1) == {"likes": 1}


def test_more_than_fits_into_one_transaction_is_counted_whole(store):
    assert store.apply([of_one(number, page_id=number % 40 + 1) for number in range(120)]) == 120
    assert store.apply([of_one(number, page_id=number % 40 + 1) for number in range(150)]) == 30
    assert sum(store.totals(page + 1).get("likes", 0) for page in range(40)) == 150


def test_a_letter_that_cannot_be_read_is_kept(store):
    store.bury(Unreadable("It is nonsense.", b"nonsense"))
    assert store.dead_letters() == 1


def test_a_batch_that_fails_in_a_file_leaves_nothing_half_done(file_store):
    store = file_store
    broken = of_one(2)
    object.__setattr__(broken, "counts", {1: {"likes": object()}})
    with pytest.raises(Exception, match="type"):
        store.apply([of_one(1), broken])
    assert store.totals(1) == {}
    assert store.apply([of_one(1)]) == 1


def test_a_table_whose_answer_was_lost_counts_nothing_twice(aws, monkeypatch):
    """The transaction was written, and the connection broke before the answer came."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    store = DynamoStore("statistics")
    store.prepare()
    write = store._client.transact_write_items

    def write_and_lose(**request):
        write(**request)
        raise ClientError({"Error": {"Code": "InternalServerError"}}, "TransactWriteItems")

    monkeypatch.setattr(store._client, "transact_write_items", write_and_lose)
    with pytest.raises(ClientError):
        store.apply([of_one(1)])
    monkeypatch.setattr(store._client, "transact_write_items", write)
    assert store.apply([of_one(1), of_one(2)]) == 1
    assert store.totals(1) == {"likes": 2}


def test_threads_that_come_and_go_leave_no_connection_open(file_store):
    """A web server ends its threads when they have nothing to do, and begins others."""
    file_store.totals(7)
    before = open_files(file_store)
    for _round in range(5):
        together = threading.Barrier(8)

        def ask(together=together):
            together.wait(10)
            file_store.totals(7)
            file_store.apply([effect_of(event_of(1, "innotter.page.followed", page_id=7))])

        threads = [threading.Thread(target=ask) for _number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    assert file_store.totals(7) == {"followers": 1}
    assert open_files(file_store) <= before + 2 * 8, "no more than those who asked together"


def open_files(store):
    links = list(Path("/proc/self/fd").iterdir())
    return sum(str(link.readlink()).startswith(str(store._path)) for link in links if link.is_symlink())


def test_how_many_events_are_known_is_kept_and_not_counted(file_store, tmp_path):
    file_store.apply([of_one(1), of_one(7)])
    file_store.apply([of_one(7), of_one(5)])
    assert file_store.known() == (3, 7)
    with closing(sqlite3.connect(tmp_path / "statistics.sqlite")) as aside:
        aside.execute("DROP TABLE events")
    assert file_store.known() == (3, 7)


def test_a_file_of_an_earlier_version_is_counted_when_it_is_opened(file_store, tmp_path):
    file_store.apply([of_one(1), of_one(7)])
    with closing(sqlite3.connect(tmp_path / "statistics.sqlite")) as aside:
        aside.execute("DROP TABLE tally")
    file_store.prepare()
    assert file_store.known() == (2, 7)


def test_letters_are_counted_to_an_end(file_store, monkeypatch):
    monkeypatch.setattr(sqlite, "MOST_COUNTED", 3)
    for _number in range(5):
        file_store.bury(Unreadable("It is nonsense.", b"nonsense"))
    assert file_store.dead_letters() == 3
