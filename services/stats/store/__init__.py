"""Where the numbers lie: a file, or a table in DynamoDB. Both keep the same promises (`base.py`)."""

from importlib import import_module
from typing import Any

from services.stats.settings import Settings
from services.stats.store.base import Store
from services.stats.store.sqlite import SqliteStore

__all__ = ["Store", "away", "open_store"]


def open_store(settings: Settings) -> Store:
    """The store that the settings name."""
    if not settings.dynamodb_table:
        return SqliteStore(settings.sqlite_path)
    store: Store = _dynamo()(settings.dynamodb_table)
    return store


def away(settings: Settings) -> tuple[type[Exception], ...]:
    """What that store raises when what keeps the numbers does not answer."""
    kind: type[Store] = _dynamo() if settings.dynamodb_table else SqliteStore
    return kind.away


def _dynamo() -> Any:
    """Who has a file does not load boto3, which takes 20 MB."""
    return import_module("services.stats.store.dynamodb").DynamoStore
