"""Events into each store, and how long after its commit an event is in the statistics, at 500 events a second."""

import json
import os
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from benchmarks import world
from benchmarks.beside import running
from benchmarks.load import Speed, row, served
from innotter.accounts.models import User
from innotter.accounts.tokens import token_for_services
from innotter.events.models import Outgoing
from innotter.events.services import record_all
from innotter.pages.events import PageUnfollowed
from innotter.pages.services import create_page
from services.contract.events import Envelope
from services.insights.ingest import news_of
from services.insights.migrate import migrate
from services.insights.store import Store as InsightsStore
from services.stats.ingest import effect_of
from services.stats.store.dynamodb import DynamoStore
from services.stats.store.sqlite import SqliteStore
from tests.factories.accounts import UserFactory
from tests.running import free_port, wait_until

BATCH = 500
RATE, SPAN, TOGETHER = 500, 20, 5
CELERY = [sys.executable, "-m", "celery", "-A", "innotter.config.celery", "--quiet"]


def measure() -> Iterator[dict[str, object]]:
    """Rows for the table."""
    with tempfile.TemporaryDirectory() as folder:
        yield _into("statistics, SQLite", _sqlite(Path(folder)), 20_000)
        yield _into("insights, PostgreSQL", _insights(), 20_000, of_tasks=True)
        with _moto() as address:
            yield _into("statistics, DynamoDB (moto)", _dynamodb(address), 1000)
        yield _delay(Path(folder))


def _into(
    name: str, apply: Callable[[list[Envelope]], None], count: int, *, of_tasks: bool = False
) -> dict[str, object]:
    events = [_event(number, of_tasks=of_tasks) for number in range(1, count + 1)]
    apply([_event(0, of_tasks=of_tasks)])
    start = time.perf_counter()
    for at in range(0, count, BATCH):
        apply(events[at : at + BATCH])
    return row(f"events into {name}", Speed(count / (time.perf_counter() - start), 0, 0))


def _event(number: int, *, of_tasks: bool) -> Envelope:
    like = ("innotter.post.liked", {"page_id": number % 200 + 1, "post_id": 1, "user_id": 1})
    state = {"status": "todo", "priority": 1, "due_date": None, "is_archived": False, "assignee_ids": [1, 2]}
    change = ("innotter.task.changed", {"task_id": number % 5000 + 1, "team_id": 1, "change_id": 1} | state)
    type_, data = change if of_tasks else like
    now = datetime.now(UTC)
    return Envelope(specversion="1.0", id=str(number), source="b", type=type_, time=now, sequence=number, data=data)


def _sqlite(folder: Path) -> Callable[[list[Envelope]], None]:
    store = SqliteStore(folder / "store.sqlite")
    store.prepare()
    return lambda events: _noted(store.apply([effect for event in events if (effect := effect_of(event))]))


def _dynamodb(address: str) -> Callable[[list[Envelope]], None]:
    os.environ.update(
        AWS_ENDPOINT_URL=address, AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x", AWS_REGION="eu-west-1"
    )
    os.environ["AWS_DEFAULT_REGION"] = "eu-west-1"
    store = DynamoStore("statistics")
    store.prepare()
    return lambda events: _noted(store.apply([effect for event in events if (effect := effect_of(event))]))


def _insights() -> Callable[[list[Envelope]], None]:
    known = connection.settings_dict
    url = f"postgresql://{known['USER']}@/{known['NAME']}?host={known['HOST']}"
    migrate(url)
    store = InsightsStore(url)
    return lambda events: _noted(store.apply([news for event in events if (news := news_of(event))]))


def _noted(count: int) -> None:
    assert count


@contextmanager
def _moto() -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with running(command) as address_of:
        yield address_of(port, "/moto-api/")


def _delay(folder: Path) -> dict[str, object]:
    """From the commit of an event until it is in what the service answers: median and 99th percentile."""
    world.nothing_left_to_do()
    owner = UserFactory(username="counted")
    with ExitStack() as stack:
        web = stack.enter_context(served("innotter.config.asgi:application"))
        port = free_port()
        known = {
            "JWKS_URL": f"http://127.0.0.1:{web}/.well-known/jwks.json",
            "STATS_SQLITE_PATH": str(folder / "delay.sqlite"),
        }
        flags = ["--interface", "asgi", "--host", "127.0.0.1", "--port", str(port), "services.stats.app:app"]
        started = stack.enter_context(running([sys.executable, "-m", "granian", *flags], **known))
        address = started(port, "/health/ready")
        settings.EVENT_SINKS = {"statistics": f"{address}/events"}
        worker = [
            *CELERY,
            "worker",
            "--queues",
            "innotter",
            "--concurrency",
            "2",
            "--without-gossip",
            "--loglevel",
            "ERROR",
        ]
        beat = [*CELERY, "beat", "--scheduler", "celery.beat:Scheduler", "--pidfile", "", "--loglevel", "ERROR"]
        for command in (worker, beat):
            stack.enter_context(running(command, STATISTICS_URL=address))
        page = create_page(owner=owner, name="Counted", handle="counted")
        wait_until(lambda: not Outgoing.objects.exists(), what="the first event")
        delays = _delays(f"{address}/pages/counted/statistics", owner, page.pk)
        settings.EVENT_SINKS = {}
    late = sorted(delays)
    detail = f"{len(late)} events at {RATE}/s, none lost"
    speed = Speed(0, late[len(late) // 2], late[int(len(late) * 0.99)])
    return row("from commit to statistics", speed, detail, "≤ 2000 ms")


def _delays(address: str, owner: User, page: int) -> list[float]:
    committed: list[float] = []
    seen: list[tuple[float, int]] = []
    wanted = RATE * SPAN

    def write() -> None:
        begin = time.perf_counter()
        for number in range(wanted // TOGETHER):
            time.sleep(max(0, begin + number * TOGETHER / RATE - time.perf_counter()))
            with transaction.atomic():
                facts = {"page_id": page, "follower_id": 1, "was_follower": True}
                record_all([PageUnfollowed(**facts)] * TOGETHER)
            committed.extend([time.perf_counter()] * TOGETHER)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    while not seen or seen[-1][1] < wanted:
        seen.append((time.perf_counter(), _followers(address, owner)))
        assert time.perf_counter() - seen[0][0] < SPAN * 5, f"{seen[-1][1]} of {wanted} events were counted"
        time.sleep(0.02)
    writer.join()
    answers = iter(seen)
    at, count = next(answers)
    delays = []
    for number, moment in enumerate(committed, start=1):
        while count < number:
            at, count = next(answers)
        delays.append(max(0.0, (at - moment) * 1000))
    print(f"  writing took {committed[-1] - committed[0]:.1f} s of {SPAN} s")
    return delays


def _followers(address: str, owner: User) -> int:
    headers = {"Authorization": f"Bearer {token_for_services(user=owner)}"}
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=10) as answer:
        return -int(json.load(answer)["totals"]["followers"])
