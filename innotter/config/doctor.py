"""What is reachable, and what is behind: for `innotter doctor`."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min
from django.utils import timezone

from innotter.config.celery import app
from innotter.events.models import Delivery, Outgoing, Sink

#: What waits longer than that is behind.
PATIENCE = timedelta(minutes=1)
SECONDS = 5


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; where it is not well, what to do."""

    name: str
    detail: str
    advice: str = ""

    @property
    def is_well(self) -> bool:
        return not self.advice

    def __str__(self) -> str:
        return f"{self.name}: {self.detail}"


def examine() -> Iterator[Finding]:
    """Everything, one after the other. What needs the database is left out while that is away."""
    database = _reached("database", _database_version, "Start PostgreSQL, or look at DATABASE_URL.")
    yield database
    yield _reached("cache", _ask_cache, "Start Redis or Valkey, or look at CACHE_URL.")
    yield _reached("broker", _ask_broker, "Start the broker, or look at CELERY_BROKER_URL.")
    yield _reached("web", _ask_web, "Is it running? Look at PORT.")
    for name, address in (("statistics", settings.STATISTICS_URL), ("insights", settings.INSIGHTS_URL)):
        if address:
            yield _service(name, address)
        else:
            yield Finding(name, "there is none here")
    if database.is_well:
        yield from _rows()


def _rows() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    advice = "Run: innotter manage migrate" if missing else ""
    yield Finding("migrations", f"{len(missing)} have not been run" if missing else "all have been run", advice)
    if missing:
        return
    yield _deliveries()
    for name in settings.EVENT_SINKS:
        yield _sink(name)


def _deliveries() -> Finding:
    waiting, given_up = Delivery.objects.waiting(), Delivery.objects.exclude(failed_at=None).count()
    since = waiting.aggregate(since=Min("event__occurred_at"))["since"]
    detail = f"{waiting.count()} wait, {given_up} were given up"
    if given_up:
        return Finding("deliveries", detail, "Look at Deliveries in the admin panel; there they can be tried again.")
    return Finding("deliveries", detail, _late(since, "Does the worker run? Its log says what it does."))


def _sink(name: str) -> Finding:
    waiting = Outgoing.objects.waiting().filter(sink=name)
    since = waiting.order_by().aggregate(since=Min("event__occurred_at"))["since"]
    state = Sink.objects.filter(name=name).first()
    refused = Outgoing.objects.refused().filter(sink=name).count()
    detail = f"{waiting.count()} wait" + (f", {refused} were refused" if refused else "")
    if state and state.error:
        return Finding(f"events to {name}", detail, state.error)
    if refused:
        return Finding(f"events to {name}", detail, "Look at Outgoing events in the admin panel for the reasons.")
    return Finding(f"events to {name}", detail, _late(since, "Does the worker run? Its log says what it does."))


def _late(since: Any, advice: str) -> str:
    return advice if since and since < timezone.now() - PATIENCE else ""


def _service(name: str, address: str) -> Finding:
    advice = f"Is it running? Look at {name.upper()}_URL."
    try:
        answer = _asked(f"{address}/health/ready")
    except (OSError, ValueError) as error:
        return Finding(name, f"not reached ({_words(error)})", advice)
    dead = answer.get("dead_letters", 0)
    if answer.get("status") != "ok":
        return Finding(name, json.dumps(answer), "Something that it needs is away: its log says more.")
    if dead:
        return Finding(name, f"{dead} messages could not be read", "They lie in its dead letters, with the reasons.")
    return Finding(name, "reached")


def _reached(name: str, ask: Callable[[], object], advice: str) -> Finding:
    try:
        said = ask()
    except Exception as error:  # noqa: BLE001 - whatever a client raises, it was not reached
        return Finding(name, f"not reached ({_words(error)})", advice)
    return Finding(name, f"reached{f', {said}' if said else ''}")


def _database_version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0]}"


def _ask_cache() -> None:
    cache.get("doctor")


def _ask_broker() -> None:
    with app.connection_for_read() as found:
        found.ensure_connection(max_retries=1, timeout=SECONDS)


def _ask_web() -> None:
    if _asked(f"http://localhost:{settings.PORT}/health/ready/").get("status") != "ok":
        raise ConnectionError("it is not ready")


def _asked(address: str) -> dict[str, Any]:
    try:
        with urlopen(address, timeout=SECONDS) as answer:  # noqa: S310 - an address of the settings
            found: dict[str, Any] = json.load(answer)
    except HTTPError as error:
        found = json.load(error)
    return found


def _words(error: Exception) -> str:
    return (str(error) or type(error).__name__).strip().splitlines()[0][:200]
