"""All settings, from the environment."""

import json
import os
from dataclasses import dataclass, field
from typing import Any


def _text(name: str, default: str = "") -> str:
    return os.environ.get(name) or default


@dataclass(frozen=True)
class Settings:
    """Where things are. Without Kafka, events come over HTTP."""

    database_url: str = field(
        default_factory=lambda: _text("INSIGHTS_DATABASE_URL", "postgresql://postgres@localhost/innotter")
    )
    jwks_url: str = field(default_factory=lambda: _text("JWKS_URL", "http://localhost:8000/.well-known/jwks.json"))
    kafka_bootstrap: str = field(default_factory=lambda: _text("EVENTS_KAFKA_BOOTSTRAP"))
    kafka_config: dict[str, Any] = field(default_factory=lambda: dict(json.loads(_text("EVENTS_KAFKA_CONFIG", "{}"))))
