"""All settings, from the environment."""

import os
from dataclasses import dataclass, field
from pathlib import Path


def _text(name: str, default: str = "") -> str:
    return os.environ.get(name) or default


@dataclass(frozen=True)
class Settings:
    """Where things are. Without a table in DynamoDB there is a file; without RabbitMQ events come over HTTP."""

    jwks_url: str = field(default_factory=lambda: _text("JWKS_URL", "http://localhost:8000/.well-known/jwks.json"))
    amqp_url: str = field(default_factory=lambda: _text("EVENTS_AMQP_URL"))
    dynamodb_table: str = field(default_factory=lambda: _text("STATS_DYNAMODB_TABLE"))
    sqlite_path: Path = field(
        default_factory=lambda: Path(
            _text("STATS_SQLITE_PATH") or Path(_text("DATA_DIR", "data")) / "statistics.sqlite"
        )
    )
