"""The statistics service, on each of its stores."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from fastapi.testclient import TestClient

from services.stats.app import make_app
from services.stats.settings import Settings
from services.stats.store import Store, open_store
from services.stats.store.sqlite import SqliteStore


@pytest.fixture(params=["sqlite", "dynamodb"])
def stats_settings(request, tmp_path, core) -> Settings:
    """Where the numbers lie: in a file, or in a table."""
    if request.param == "dynamodb":
        request.getfixturevalue("aws")
        request.getfixturevalue("monkeypatch").setenv("AWS_DEFAULT_REGION", "eu-central-1")
    return Settings(
        jwks_url=core.jwks_url,
        amqp_url="",
        dynamodb_table="statistics" if request.param == "dynamodb" else "",
        sqlite_path=tmp_path / "statistics.sqlite",
    )


@pytest.fixture
def store(stats_settings) -> Iterator[Store]:
    with closing(open_store(stats_settings)) as store:
        store.prepare()
        yield store


@pytest.fixture
def file_store(tmp_path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(tmp_path / "statistics.sqlite")) as store:
        store.prepare()
        yield store


@pytest.fixture
def client(stats_settings) -> Iterator[TestClient]:
    with TestClient(make_app(stats_settings)) as client:
        yield client
