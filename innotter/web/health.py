"""For supervisors and load balancers: is this process alive, and can it do its work?"""

import os
import time
from pathlib import Path

from celery import current_app
from django.core.cache import cache
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from innotter.events.queries import states, workers
from innotter.outages import is_full

#: The broker is asked by its own connection, and not more often than that, in seconds.
BROKER_SECONDS, BROKER_PATIENCE = 5, 1


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when people can be served: the database and the cache answer, and nobody has told us to stop. Otherwise 503.

    A database that has just refused to write because its disk is full counts as down: others may have room.

    The rest (`broker`, `worker`, `runner`, and each event sink) is reported and does not change the status: while one
    of them is down its work waits in the outbox, and pages are still served.
    """
    needed = {"database": _database_answers() and not is_full(), "cache": _cache_answers()}
    beside = {"broker": _broker.answers()} | (_told_by_rows() if needed["database"] else {})
    status = "ok" if all(needed.values()) else "unavailable"
    if Path(os.environ.get("DRAIN_FILE", "")).is_file():
        status = "stopping"
    parts = {part: "ok" if ok else "down" for part, ok in (needed | beside).items()}
    return JsonResponse({"status": status} | parts, status=200 if status == "ok" else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def _told_by_rows() -> dict[str, bool]:
    try:
        return workers() | states()
    except Error:  # It has gone since it was asked.
        return {}


def _cache_answers() -> bool:
    try:
        cache.get("health")
    except RedisError:
        return False
    return True


class _Broker:
    """Remembers for a moment whether the broker answers."""

    def __init__(self) -> None:
        self._asked_at, self._answers = float("-inf"), False

    def answers(self) -> bool:
        if time.monotonic() - self._asked_at > BROKER_SECONDS:
            self._answers, self._asked_at = self._ask(), time.monotonic()
        return self._answers

    def _ask(self) -> bool:
        try:
            with current_app.connection_for_read(connect_timeout=BROKER_PATIENCE) as found:
                found.ensure_connection(max_retries=1, timeout=BROKER_PATIENCE)
        except Exception:  # noqa: BLE001 - whatever the broker's client raises, it does not answer
            return False
        return True


_broker = _Broker()
