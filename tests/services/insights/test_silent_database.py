"""A database that says nothing more, frozen or cut off, holds no thread of insights for long."""

import time
from contextlib import closing

import pytest
from psycopg import OperationalError
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import PoolTimeout
from sqlalchemy.exc import SQLAlchemyError

from services.insights import patience
from services.insights.migrate import migrate
from services.insights.store import Store
from tests.brokers import Door
from tests.running import wait_until


@pytest.fixture
def door(insights_database, monkeypatch):
    """Another way to the same database."""
    monkeypatch.setattr(patience.Patient, "patience", 1)
    monkeypatch.setattr(patience, "TO_CONNECT", 1)
    words = conninfo_to_dict(insights_database)
    door = Door(f"postgresql://{words['user']}:{words.get('password', 'none')}@{words['host']}:{words['port']}")
    door.address = f"{door.address}/{words['dbname']}"
    door.open()
    yield door
    door.shut()


def seconds_of(ask):
    begun = time.monotonic()
    with pytest.raises((OperationalError, PoolTimeout)):
        ask()
    return time.monotonic() - begun


def test_a_statement_to_a_database_that_falls_silent_is_given_up_and_the_next_one_finds_it_again(door):
    with closing(Store(door.address)) as store:
        with store.connection() as connection:
            door.passable.clear()
            assert seconds_of(lambda: connection.execute("SELECT 1")) < 3
            assert connection.closed
        door.passable.set()
        assert store.known()["known"] >= 0


def test_a_connection_that_has_fallen_silent_while_nobody_had_it_is_not_lent(door):
    with closing(Store(door.address)) as store:
        store.known()
        door.passable.clear()
        assert seconds_of(store.known) < 10
        door.passable.set()
        wait_until(lambda: store.known()["known"] >= 0, what="the database")


def test_whoever_migrates_waits_for_no_silent_database(door, monkeypatch):
    monkeypatch.setitem(patience.OPTIONS, "connect_timeout", 2)  # The shortest that libpq knows.
    door.passable.clear()
    begun = time.monotonic()
    with pytest.raises(SQLAlchemyError, match="timeout"):
        migrate(door.address)
    assert time.monotonic() - begun < 5
