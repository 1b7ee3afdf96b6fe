"""How far insights are is read, and not counted: anybody may ask, as often as they like."""

import pytest

from services.contract.events import Unreadable, number_of
from services.insights import store as store_module
from services.insights.migrate import migrate


@pytest.fixture
def told(tell, envelope):
    events = [envelope("team.joined", team_id=5, user_id=user) for user in (1, 2, 3)]
    assert tell(*events) == 204
    return events


def test_it_says_how_many_events_are_known_and_the_greatest_number_of_one(client, tell, told):
    tell(*told, told[0])
    newest = max(int(event["id"]) for event in told)
    assert client.get("/health/events").json == {"known": 3, "newest": newest}


def test_whoever_asks_how_far_it_is_has_no_table_read(client, store, told, monkeypatch):
    monkeypatch.setattr(store_module, "LONGEST_STATEMENT", 1)
    with store.connection() as other:
        other.execute("LOCK TABLE events, tasks, steps, members IN ACCESS EXCLUSIVE MODE")
        assert client.get("/health/events").json["known"] == 3


def test_messages_that_cannot_be_read_are_counted_to_an_end(client, store, monkeypatch):
    monkeypatch.setattr(store_module, "MOST_COUNTED", 3)
    for _number in range(5):
        store.bury(Unreadable("It is nonsense.", b"nonsense"))
    assert client.get("/health/ready").json["dead_letters"] == 3


def test_a_database_of_an_earlier_version_is_counted_when_it_is_upgraded(client, store, told, insights_database):
    with store.connection() as connection:
        connection.execute("DROP TABLE tally")
        connection.execute("UPDATE alembic_version SET version_num = '0002'")
    migrate(insights_database)
    assert client.get("/health/events").json["known"] == 3


@pytest.mark.parametrize(
    ("event_id", "number"), [("4711", 4711), ("a-b-c", 0), ("9" * 30, 0), ("\u0664\u0662", 0), ("-3", 0)]
)
def test_an_id_of_another_one_is_no_number(event_id, number):
    assert number_of(event_id) == number
