"""A connection that the server has ended is not lent, and one that is well is not asked first."""

import socket
import threading
import time

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from innotter.database.base import PATIENCE, is_over
from innotter.database.prepared import fetch, fetch_named
from tests.running import wait_until

PID = "SELECT pg_backend_pid()"


@pytest.fixture
def server():
    """Another session of the same server, and how to open more."""

    def connect():
        words = {name: word for name, word in connection.get_connection_params().items() if name in WORDS and word}
        return psycopg.connect(**words, autocommit=True)

    return connect


WORDS = ("host", "port", "user", "password", "dbname")


def pid():
    with connection.cursor() as cursor:
        cursor.execute(PID)
        return cursor.fetchone()[0]


@pytest.fixture
def alone(transactional_db):
    """The pool lends the connection that has been idle for longest: there is none but this one."""
    connection.close()
    connection.close_pool()


def test_one_that_the_server_has_ended_while_nobody_had_it_is_not_lent(alone, server):
    first = pid()
    connection.close()  # It goes back to the pool.
    with server() as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
    assert pid() != first


def test_one_that_is_well_is_lent_again_without_a_question(alone):
    first = pid()
    connection.close()
    with CaptureQueriesContext(connection) as statements:
        assert pid() == first
    assert [statement["sql"] for statement in statements] == [PID]


def test_one_that_has_something_to_say_is_well(server):
    with server() as listening, server() as other:
        listening.execute("LISTEN chatter")
        assert not is_over(listening)
        other.execute("NOTIFY chatter")
        assert not is_over(listening)
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [listening.info.backend_pid])
        wait_until(lambda: is_over(listening), what="word of the end")
        assert is_over(listening), "and it is closed now"


@pytest.fixture
def changing(alone, server):
    """A table that another session changes, as an upgrade does while servers run."""
    with server() as other:
        other.execute("CREATE TABLE changing AS SELECT 1 AS id, 'name'::varchar(5) AS name")
        yield other
        other.execute("DROP TABLE changing")


def test_a_statement_goes_on_where_an_upgrade_has_changed_what_it_reads(changing):
    read = "SELECT name FROM changing"
    assert fetch(read, {}) == [("name",)]
    changing.execute("ALTER TABLE changing ALTER COLUMN name TYPE varchar(50)")
    before = pid()
    assert [fetch(read, {}), fetch(read, {})] == [[("name",)]] * 2
    assert pid() != before


def test_it_goes_on_where_every_connection_of_the_pool_has_planned_it(changing):
    read, all_at_once, pids = "SELECT name FROM changing", threading.Barrier(4), set()

    def plan():
        fetch(read, {})
        pids.add(pid())
        all_at_once.wait(10)
        connection.close()

    planning = [threading.Thread(target=plan) for _number in range(4)]
    for thread in planning:
        thread.start()
    for thread in planning:
        thread.join()
    assert len(pids) == 4
    changing.execute("ALTER TABLE changing ALTER COLUMN name TYPE varchar(50)")
    for _number in range(6):
        assert fetch(read, {}) == [("name",)]
        connection.close()


def test_it_goes_on_in_a_transaction_too(changing):
    read = "SELECT name FROM changing"
    assert fetch(read, {}) == [("name",)]
    before = pid()
    changing.execute("ALTER TABLE changing ALTER COLUMN name TYPE varchar(50)")
    with transaction.atomic():
        assert [fetch(read, {}), fetch(read, {})] == [[("name",)]] * 2
        assert pid() == before
    assert fetch(read, {}) == [("name",)]


@pytest.mark.django_db
@pytest.mark.parametrize("read", [fetch, fetch_named])
def test_what_is_asked_can_be_read_in_the_log_of_statements(read):
    with CaptureQueriesContext(connection) as statements:
        for number in (1, 2):
            read("SELECT %(number)s::int AS number", {"number": number})
    assert [statement["sql"] for statement in statements] == ["SELECT $1::int AS number"] * 2


def test_every_connection_plans_for_short_statements(alone):
    asked = ("max_parallel_workers_per_gather", "jit", "random_page_cost")
    with connection.cursor() as cursor:
        found = [cursor.execute(f"SHOW {name}").fetchone()[0] for name in asked]
    assert found == ["0", "off", "1.1"]


def test_a_server_that_says_nothing_is_not_waited_for_for_long(db, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setitem(PATIENCE, "connect_timeout", 2)  # The shortest that libpq knows.
        words = connection.get_connection_params() | {"host": "127.0.0.1", "port": silent.getsockname()[1]}
        begun = time.monotonic()
        with pytest.raises(psycopg.OperationalError, match="timeout"):
            psycopg.connect(**{name: word for name, word in words.items() if name in {*WORDS, *PATIENCE} and word})
        assert time.monotonic() - begun < 5


def test_a_kept_connection_notices_a_network_that_is_gone(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        said = {option.keyword.decode(): option.val for option in cursor.connection.pgconn.info}
    assert said["tcp_user_timeout"] == b"20000"
    assert said["keepalives_idle"] == b"10"


def test_what_the_address_says_of_it_counts(db, monkeypatch):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "connect_timeout", 3)
    assert connection.get_connection_params()["connect_timeout"] == 3
