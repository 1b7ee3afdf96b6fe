"""What is set, reachable, and behind: for `innotter doctor`."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import boto3
from django.conf import settings
from django.core.cache import cache
from django.core.checks import WARNING, run_checks
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Max
from django.utils import timezone

from innotter.administration.queries import PATIENCE_SECONDS, is_short_of_room
from innotter.config.celery import app
from innotter.config.client_tools import NoTools, folder_for
from innotter.config.hosts import reachable
from innotter.database.clock import KEEP_TIME, MOST_APART, seconds_apart
from innotter.events.models import Event, Heartbeat
from innotter.events.queries import HEARTBEAT_SECONDS, INSIDE, Backlog, backlogs
from innotter.jobs.models import QueuePause
from innotter.mail.queries import mail_backlog
from innotter.webhooks.queries import webhook_backlog

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
    yield from _configuration()
    yield _disk()
    database = _reached("database", _database_version, "Start PostgreSQL, or look at DATABASE_URL.")
    yield database
    yield _reached("cache", _ask_cache, "Start Redis or Valkey, or look at CACHE_URL.")
    yield _reached("broker", _ask_broker, "Start the broker, or look at CELERY_BROKER_URL.")
    yield _reached("mail", _ask_mail, "Look at EMAIL_URL. What is written meanwhile is sent later, for five days.")
    yield _reached("web", _ask_web, "Is it running? Look at PORT.")
    for name, address in (("statistics", settings.STATISTICS_URL), ("insights", settings.INSIGHTS_URL)):
        if address:
            yield _service(name, address)
        else:
            yield Finding(name, "there is none here")
    if database.is_well:
        yield _backups()
        yield _clock()
        yield _letters()
        yield from _rows()
        for name, address in (("statistics", settings.STATISTICS_URL), ("insights", settings.INSIGHTS_URL)):
            yield from _history(name, address)


def _configuration() -> Iterator[Finding]:
    """What Django's checks say; those for the open internet are for a site that is reached by https."""
    checked = run_checks(include_deployment_checks=settings.SITE_IS_HTTPS)
    said = [found for found in checked if found.level >= WARNING and not found.is_silenced()]
    for found in said:
        yield Finding("configuration", found.msg.splitlines()[0], found.hint or "Run: innotter manage check --deploy")
    if settings.DEBUG:
        yield Finding("configuration", "DEBUG is on", "It shows source code to whoever meets an error: unset it.")
    elif not said:
        yield Finding("configuration", f"nothing is amiss, the site is {settings.SITE_URL}")


def _disk() -> Finding:
    root = settings.DATA_DIR.root
    if not os.access(root, os.W_OK):
        return Finding("disk", f"{root} cannot be written", "Give the folder to the user that Innotter runs as.")
    if root.stat().st_mode & 0o077:
        return Finding("disk", f"{root} is open to others on this machine", f"Run: chmod -R go= {root}")
    usage = shutil.disk_usage(root)
    detail = f"{usage.free / 1e9:.1f} GB of {usage.total / 1e9:.0f} GB are free for {root}"
    advice = "Make room: a database that cannot write stops." if is_short_of_room(usage) else ""
    return Finding("disk", detail, advice)


def _backups() -> Finding:
    """Whether `innotter backup` can read the database: the night of the first backup is too late to learn of it."""
    address = os.environ.get("DATABASE_URL", "")
    if not address:
        return Finding("backups", "the programs for them come with Innotter")
    try:
        return Finding("backups", f"would be made with {folder_for(address)}")
    except NoTools as advice:
        return Finding("backups", "cannot be made here", str(advice))


def _clock() -> Finding:
    """Ours beside the database's, which may be on another machine."""
    apart = seconds_apart()
    return Finding("clock", f"{apart:.1f} s from the database's", KEEP_TIME if apart > MOST_APART else "")


def _letters() -> Finding:
    """Where LC_CTYPE is C, PostgreSQL knows capital letters of ASCII alone: a search for смена finds no «Смена»."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT lower('Ж') = 'ж' AND to_tsvector('simple', 'Ж') @@ 'ж'::tsquery")
        is_well = cursor.fetchone()[0]
    if is_well:
        return Finding("letters", "search knows capitals of every script")
    advice = "Make a backup, and restore it into a database with an LC_CTYPE such as C.UTF-8 or en_US.UTF-8."
    return Finding("letters", "the database knows capitals of English alone: search misses words", advice)


def _rows() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    advice = "Run: innotter manage migrate" if missing else ""
    yield Finding("migrations", f"{len(missing)} have not been run" if missing else "all have been run", advice)
    if not missing:
        yield from _workers()
        yield from map(_outbox, backlogs())
        yield _e_mails(mail_backlog())
        yield _webhooks(webhook_backlog())
        yield from map(_paused, QueuePause.objects.filter(resumed_at=None).order_by("handler"))


def _history(name: str, address: str) -> Iterator[Finding]:
    """A service that has heard of what has not happened was fed before a restore, and counts what is no more."""
    try:
        known = _asked(f"{address}/health/events") if address else {}
    except (OSError, ValueError):
        return  # That it is away has been said.
    ours = Event.objects.aggregate(count=Count("pk"), newest=Max("pk"))
    # Of old events that were forgotten nobody knows whether they were.
    later = (known.get("newest") or 0) > (ours["newest"] or 0)
    more = not settings.EVENTS_KEPT_DAYS and (known.get("known") or 0) > ours["count"]
    if later or more:
        short = "stats" if name == "statistics" else name
        advice = f"Empty its store and run: innotter {short} replay. After a restore by other means than ours, first"
        advice += " run: innotter manage beginhistory"
        yield Finding(f"history of {name}", "it knows of events that have not happened, as after a restore", advice)


def _workers() -> Iterator[Finding]:
    for heartbeat in Heartbeat.objects.order_by("-name"):
        seconds = (timezone.now() - heartbeat.at).total_seconds()
        if seconds < HEARTBEAT_SECONDS:
            yield Finding(heartbeat.name, f"worked {seconds:.0f} s ago")
        else:
            advice = "Start it again; its log says what it was about. Without beat it has nothing to do either."
            yield Finding(heartbeat.name, f"has done nothing for {seconds:.0f} s", advice)


def _outbox(backlog: Backlog) -> Finding:
    name, detail = f"events to {backlog.name}", _detail(backlog)
    if backlog.error:
        return Finding(name, detail, backlog.error)
    if backlog.failed:
        where = "Deliveries" if backlog.name == INSIDE else "Outgoing events"
        return Finding(name, detail, f"Look at {where} in the admin panel for the reasons.")
    late = backlog.lag_seconds > PATIENCE_SECONDS
    return Finding(name, detail, "Does the worker run? Its log says what it does." if late else "")


def _detail(backlog: Backlog) -> str:
    return f"{backlog.waiting} wait" + (f", {backlog.failed} were given up" if backlog.failed else "")


def _e_mails(backlog: Backlog) -> Finding:
    advice = ""
    if backlog.failed:
        advice = f"The last one: {backlog.error} Look at Outgoing e-mails in the admin panel, and try them again."
    elif backlog.lag_seconds > PATIENCE_SECONDS:
        advice = "Does the mail server take them? Outgoing e-mails in the admin panel have the last error of each."
    return Finding(backlog.name, _detail(backlog), advice)


def _webhooks(backlog: Backlog) -> Finding:
    late = backlog.lag_seconds > PATIENCE_SECONDS
    detail = f"{backlog.waiting} wait" + (f", {backlog.failed} addresses fail" if backlog.failed else "")
    return Finding(backlog.name, detail, "Does the worker run? Its log says what it does." if late else "")


def _paused(pause: QueuePause) -> Finding:
    name = f"queue of {pause.handler}" if pause.handler else "all queues"
    # As an admin wants it: nothing to mend.
    return Finding(name, f"paused since {pause.paused_at:%Y-%m-%d %H:%M} UTC, to be resumed at /jobs/queues/")


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


def _ask_mail() -> str:
    backend = get_connection()
    if isinstance(backend, EmailBackend):
        backend.timeout = SECONDS
        backend.open()
        backend.close()
        return f"{backend.host}:{backend.port}"
    if settings.EMAIL_URL:
        if boto3.Session().get_credentials() is None:
            raise ConnectionError("no keys of Amazon's were found")
        return "Amazon SES"
    return "e-mails stay in the local mailbox"


def _ask_web() -> None:
    if _asked(f"http://{reachable(settings.HOST)}:{settings.PORT}/health/ready/").get("status") != "ok":
        raise ConnectionError("it is not ready")


def _asked(address: str) -> dict[str, Any]:
    """What is said there; raises OSError or ValueError where something else answers, which may not be HTTP."""
    try:
        found = _read(address)
    except HTTPException as error:
        raise ConnectionError(f"what answers there speaks no HTTP: {type(error).__name__}") from None
    if isinstance(found, dict):
        return found
    raise ConnectionError("what answers there is no service of ours")


def _read(address: str) -> Any:
    try:
        with urlopen(address, timeout=SECONDS) as answer:  # noqa: S310 - an address of the settings
            return json.load(answer)
    except HTTPError as error:
        with error:
            return json.load(error)


def _words(error: Exception) -> str:
    return (str(error) or type(error).__name__).strip().splitlines()[0][:200]
