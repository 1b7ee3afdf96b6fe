"""Where the numbers lie: a file, or a table in DynamoDB. Both keep the same promises (`base.py`)."""

from services.stats.settings import Settings
from services.stats.store.base import Store
from services.stats.store.dynamodb import DynamoStore
from services.stats.store.sqlite import SqliteStore


def open_store(settings: Settings) -> Store:
    """The store that the settings name."""
    return DynamoStore(settings.dynamodb_table) if settings.dynamodb_table else SqliteStore(settings.sqlite_path)
