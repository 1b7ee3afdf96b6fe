"""The insights service, with tables of its own beside those of the core."""

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

from services.insights.app import close, make_app
from services.insights.settings import Settings
from services.insights.store import Store


@pytest.fixture
def store(insights_database) -> Iterator[Store]:
    """Empty tables."""
    store = Store(insights_database)
    tables = "events, members, tasks, steps, jobs, activity, reports, dead_letters"
    with store.connection() as found:
        found.execute(f"TRUNCATE {tables}")
        found.execute("UPDATE tally SET known = 0, newest = 0")
    yield store
    store.close()


@pytest.fixture
def client(store, insights_database, core) -> Iterator[FlaskClient]:
    app = make_app(
        Settings(database_url=insights_database, jwks_url=core.jwks_url, kafka_bootstrap="", kafka_config={})
    )
    yield app.test_client()
    close(app)


@pytest.fixture
def ask(client, core) -> Callable[..., object]:
    """What the service answers to a person."""

    def ask(address: str, user: int = 1, **who: object):
        return client.get(f"/api/v1{address}", headers=core.headers(user, **who))

    return ask
