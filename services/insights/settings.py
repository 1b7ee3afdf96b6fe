"""All settings, from the environment."""

import json
import os
from dataclasses import dataclass, field
from typing import Any

#: What stands for no, as in the core.
NO = {"false", "f", "no", "n", "off", "0"}


def _text(name: str, default: str = "") -> str:
    return os.environ.get(name) or default


@dataclass(frozen=True)
class Settings:
    """Where things are. Without Kafka, events come over HTTP."""

    database_url: str = field(
        default_factory=lambda: _text("INSIGHTS_DATABASE_URL", "postgresql://postgres@localhost/innotter")
    )
    #: Whether statements are planned once for each connection: not behind a pooler that knows no prepared ones.
    prepares: bool = field(default_factory=lambda: _text("DATABASE_PREPARE", "true").lower() not in NO)
    jwks_url: str = field(default_factory=lambda: _text("JWKS_URL", "http://localhost:8000/.well-known/jwks.json"))
    kafka_bootstrap: str = field(default_factory=lambda: _text("EVENTS_KAFKA_BOOTSTRAP"))
    kafka_config: dict[str, Any] = field(default_factory=lambda: dict(json.loads(_text("EVENTS_KAFKA_CONFIG", "{}"))))
