"""What is noted of each request to a service: its id, which its answer and its log carry, and a line in the log."""

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from logging.config import dictConfig
from typing import Any

from telemetry import context, logs

logger = logging.getLogger(__name__)


def set_up_log() -> None:
    """As in the core: `LOG_FORMAT`, `LOG_LEVEL` and `LOG_REQUESTS` say how much of what."""
    style, level = os.environ.get("LOG_FORMAT") or "text", (os.environ.get("LOG_LEVEL") or "INFO").upper()
    says_all = (os.environ.get("LOG_REQUESTS") or str(style == "json")).lower() in {"1", "true", "yes", "on"}
    loggers: dict[str, Any] = {"services": {"level": level}, __name__: {"level": "INFO" if says_all else "WARNING"}}
    dictConfig(logs.configuration(style=style, level="WARNING", loggers=loggers))


@contextmanager
def answering(method: str, request_id: str | None, route: Callable[[], str]) -> Iterator[dict[str, Any]]:
    """The time in which a request is answered, which may have come with an id.

    Put the answer's `status` into what is noted, and take the `request_id` out of it for the answer's header.
    """
    noted: dict[str, Any] = {"request_id": context.accepted(request_id), "status": 500}
    began = time.perf_counter()
    with context.following(noted["request_id"]):
        try:
            yield noted
        finally:
            seconds = round(time.perf_counter() - began, 4)
            known = {"method": method, "view": route(), "status": noted["status"], "seconds": seconds}
            if not known["view"].startswith(("/health/", "/metrics")):
                logger.info("request", extra=known)
