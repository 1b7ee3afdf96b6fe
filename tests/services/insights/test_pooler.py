"""Insights keep what they know also behind a pooler that hands each transaction to another connection (PgBouncer)."""

import psycopg
import pytest

from services.insights.settings import Settings
from services.insights.store import Store

SAID = "SELECT name, setting, source FROM pg_settings WHERE name IN ('search_path', 'TimeZone', 'statement_timeout')"


def test_where_the_tables_lie_is_said_in_each_transaction_and_to_no_connection(store):
    """A pooler refuses the options of a start, or forgets them: the service did not start, and Innotter with it."""
    with store.connection() as connection:
        said = {row["name"]: (row["setting"], row["source"]) for row in connection.execute(SAID)}
    session = "session"
    assert said == {
        "search_path": ("insights", session),
        "TimeZone": ("UTC", session),
        "statement_timeout": ("20000", session),
    }
    with store._pool.connection() as connection:
        assert connection.execute("SHOW search_path").fetchone() != {"search_path": "insights"}


@pytest.mark.parametrize(("text", "count"), [("false", 0), ("No", 0), ("", 1), ("true", 1)])
def test_a_pooler_that_knows_no_prepared_statements_is_spared_them(insights_database, monkeypatch, text, count):
    monkeypatch.setenv("DATABASE_PREPARE", text)
    store = Store(insights_database, prepares=Settings().prepares)
    for _time in range(8):
        store.known()
    with store.connection() as connection:
        query = "SELECT count(*) AS found FROM pg_prepared_statements WHERE statement LIKE '%%FROM tally%%'"
        assert (connection.execute(query).fetchone() or {})["found"] == count
    store.close()


def test_an_upgrade_that_changes_a_table_is_noticed_by_nobody_who_has_asked_before(store, insights_database):
    read = "SELECT name FROM changing"
    with psycopg.connect(insights_database, autocommit=True, options="-c search_path=insights") as upgrade:
        upgrade.execute("CREATE TABLE changing AS SELECT 'name'::varchar(5) AS name")
        try:
            for _time in range(8):
                assert store.rows(read) == [{"name": "name"}]
            upgrade.execute("ALTER TABLE changing ALTER COLUMN name TYPE varchar(50)")
            assert [store.rows(read), store.rows(read)] == [[{"name": "name"}]] * 2
        finally:
            upgrade.execute("DROP TABLE changing")
