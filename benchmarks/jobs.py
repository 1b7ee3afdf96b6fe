"""The engine that does jobs: how fast they are submitted and drained, how late they begin, and what each costs.

The floor is bare Celery no-ops on the same broker; beside it, other engines that keep jobs in PostgreSQL.
"""

import http.client
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import orjson
import psutil
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone

from benchmarks import peers, world
from benchmarks.load import CONNECTIONS, Speed, percentiles, row, served
from innotter.accounts.models import User
from innotter.jobs.engine import enqueue
from innotter.jobs.models import Job, JobResult, QueueEntry

FEW, MANY, RUNS, ROUNDS = 1000, 20_000, 3, 5
#: Jobs at a steady rate: so many in a second, for so long.
PER_SECOND, SECONDS = 50, 20
SCHEDULED, SPAN = 300, 20
CELERY = [sys.executable, "-m", "celery", "-A", "benchmarks.noop:app", "--quiet"]
HANDS = "3"
#: Of what is drained in turn, beside the peers.
BARE = "bare Celery no-ops"
OURS = "drain 20,000 waiting no-ops"
HELD = "… while a transaction holds its snapshot"
_WRITTEN = """
    SELECT xact_commit, tup_inserted, tup_updated, pg_current_wal_lsn() - '0/0'::pg_lsn
    FROM pg_stat_database WHERE datname = current_database()
"""


@dataclass
class Bench:
    """Who submits, and through which web server."""

    owner: User
    headers: dict[str, str]
    port: int

    def post(self, path: str, bodies: list[bytes]) -> list[float]:
        """Send these by several connections; gives when each was answered."""
        mine, answered = threading.local(), [0.0] * len(bodies)

        def send(number: int) -> None:
            if not hasattr(mine, "connection"):
                mine.connection = http.client.HTTPConnection("127.0.0.1", self.port)
            mine.connection.request("POST", path, bodies[number], self.headers)
            answer = mine.connection.getresponse()
            text = answer.read()
            assert answer.status == http.HTTPStatus.CREATED, text
            answered[number] = time.time()

        _together(send, len(bodies))
        return answered


def measure() -> Iterator[dict[str, object]]:
    """Rows for the table, each as soon as it is known."""
    os.environ.update({"THROTTLE_WRITE_ACCOUNT": "1000000/minute", "JOBS_MAX_WAITING": str(10 * MANY)})
    world.nothing_left_to_do()
    world.people(2, "submitter")
    owner = User.objects.get(username="submitter0")
    with ExitStack() as stack:
        runner = stack.enter_context(_program("worker", "--queues", "jobs", "--concurrency", HANDS))
        stack.enter_context(_program("beat", "--scheduler", "celery.beat:Scheduler", "--pidfile", ""))
        python = stack.enter_context(peers.installed())
        _bare()  # Also brings the handler, without which no job is known as quick.
        cost = _cost(owner)
        drained = _drained_in_turn(owner, python)
        floor = drained[BARE]
        yield from _draining(drained, cost)
        stack.enter_context(_program("worker", "--queues", "innotter", "--concurrency", "2"))
        # A token made at the beginning would not be good any more.
        headers = {**world.token_of(owner), "Content-Type": "application/json"}
        bench = Bench(owner, headers, stack.enter_context(served("benchmarks.noop:application")))
        yield from _submitting(bench, floor)
        yield from _waiting(bench)
        yield from _memory(runner)


def _cost(owner: User) -> list[float]:
    """Of one job, with its submission: commits, rows inserted and updated, bytes of the write-ahead log."""
    _drain(owner, FEW)
    before = _written()
    _drain(owner, MANY)
    time.sleep(1)  # PostgreSQL sums up what it has counted once a second.
    return [(after - start) / MANY for start, after in zip(before, _written(), strict=True)]


def _drained_in_turn(owner: User, python: Path) -> dict[str, float]:
    """Jobs per second of each: the median of several rounds, in each of which everyone has one run."""

    def held() -> float:
        with _held_snapshot():
            return _drain(owner, MANY)

    runs: dict[str, Callable[[], float]] = {BARE: _bare, OURS: lambda: _drain(owner, MANY), HELD: held}
    runs |= {name: partial(peers.rate, python, script, count) for script, (name, count) in peers.PEERS.items()}
    rates: dict[str, list[float]] = {name: [] for name in runs}
    for _round in range(ROUNDS):
        for name, run in runs.items():
            rates[name].append(run())
    return {name: statistics.median(found) for name, found in rates.items()}


def _draining(drained: dict[str, float], cost: list[float]) -> Iterator[dict[str, object]]:
    floor, alone, while_held = (drained[name] for name in (BARE, OURS, HELD))
    yield row(BARE, Speed(floor, 0, 0))
    yield row(OURS, Speed(alone, 0, 0), f"{alone / floor:.2f} × bare", "≥ 2.0 × bare")
    words = f"{cost[0]:.3f} commits, {cost[1]:.1f} + {cost[2]:.1f} rows, {cost[3] / 1000:.1f} kB"
    yield row("… and what each costs, its submission too", Speed(0, 0, 0), words)
    yield row(HELD, Speed(while_held, 0, 0), f"{while_held / alone:.2f} × without", "≥ 0.8 ×")
    for name, count in peers.PEERS.values():
        yield row(f"{name}, {count:,}", Speed(drained[name], 0, 0), f"{drained[name] / floor:.2f} × bare")


def _submitting(bench: Bench, floor: float) -> Iterator[dict[str, object]]:
    body = orjson.dumps({"name": "Nothing", "handler": "no_op"})
    bulk = orjson.dumps({"jobs": [{"name": "Nothing", "handler": "no_op"}] * 1000})
    kinds = [
        ("single POSTs", "/api/jobs/", [body] * FEW, FEW, 0.3),
        ("bulks", "/api/jobs/bulk/", [bulk] * 10, 10_000, 1.0),
    ]
    for name, path, bodies, count, goal in kinds:
        _timed(bench, path, bodies[:3])
        times = [_timed(bench, path, bodies) for _run in range(RUNS)]
        sent, ended = (count / statistics.median(spans) for spans in zip(*times, strict=True))
        yield row(f"submit by {name}", Speed(sent, 0, 0))
        share = f"{ended / floor:.2f} × bare"
        yield row(f"… to the last stored result, {name}", Speed(ended, 0, 0), share, f"≥ {goal} × bare")


def _waiting(bench: Bench) -> Iterator[dict[str, object]]:
    yield row("POST to stored result at 50 in a second", Speed(PER_SECOND, *_steady(bench)))
    yield row("begin of a due job", Speed(0, *_delays(bench)), "after its time", "p99 ≤ 250 ms")
    stop = threading.Event()
    load = threading.Thread(target=lambda: _busy(User.objects.get(username="submitter1"), stop))
    load.start()
    try:
        yield row("… while another's 20,000 are drained", Speed(0, *_delays(bench)), "after its time")
    finally:
        stop.set()
        load.join()


def _memory(runner: int) -> Iterator[dict[str, object]]:
    parent = psutil.Process(runner)
    sizes = [process.memory_full_info().pss / 1e6 for process in [parent, *parent.children(recursive=True)]]
    words = " + ".join(f"{size:.0f}" for size in sizes)
    yield row("memory of the runner and its hands", Speed(0, 0, 0), f"{sum(sizes):.0f} MB = {words}", "≤ 100 MB")


@contextmanager
def _program(*arguments: str) -> Iterator[int]:
    flags = ["--without-gossip", "--without-mingle"] if arguments[0] == "worker" else []
    command = [*CELERY, *arguments, *flags, "--loglevel", "ERROR"]
    process = subprocess.Popen(command, env=os.environ | {"CELERY_SKIP_CHECKS": "1"})
    try:
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:  # It ends what it has begun, and that may take longer.
            process.kill()


@contextmanager
def _held_snapshot() -> Iterator[None]:
    """Somebody's long transaction: what is deleted meanwhile stays in the tables and their indexes."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT count(*) FROM jobs_queueentry")
        yield
    finally:
        other.close()


def _together(act: Callable[[int], None], count: int) -> None:
    """Do it so often, in as many threads as the load has connections."""
    numbers = [range(start, count, CONNECTIONS) for start in range(CONNECTIONS)]
    threads = [threading.Thread(target=lambda own=own: [act(number) for number in own]) for own in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _bare() -> float:
    """No-op tasks per second, from the first that is sent to the last that is done."""
    from benchmarks.noop import bare  # Brings the application, which is ready only now.

    cache.delete("bench-mark")
    start = time.perf_counter()
    _together(lambda _number: bare.delay(), FEW)
    bare.delay("bench-mark")
    while not cache.get("bench-mark"):
        time.sleep(0.005)
    return FEW / (time.perf_counter() - start)


def _written() -> list[float]:
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN)
        return [float(value) for value in cursor.fetchone()]


def _add(owner: User, count: int) -> None:
    with transaction.atomic():
        jobs = [Job(owner=owner, name="Nothing", handler="no_op", notify="failure") for _number in range(count)]
        Job.objects.bulk_create(jobs, batch_size=5000)
        enqueue(jobs)


def _drain(owner: User, count: int) -> float:
    """No-ops per second, from when all of them wait to the last stored result."""
    _add(owner, count)
    start = time.perf_counter()
    _until_drained()
    return count / (time.perf_counter() - start)


def _until_drained() -> None:
    while QueueEntry.objects.exists():
        time.sleep(0.02)


def _timed(bench: Bench, path: str, bodies: list[bytes]) -> tuple[float, float]:
    """How long it took to submit these, and until the last result was stored."""
    start = time.perf_counter()
    bench.post(path, bodies)
    sent = time.perf_counter() - start
    _until_drained()
    return sent, time.perf_counter() - start


def _steady(bench: Bench) -> tuple[float, float]:
    """The median and the 99th percentile from the POST of a job to its stored result, in milliseconds."""
    begun: list[float] = []
    body = orjson.dumps({"name": "Steady", "handler": "no_op", "notify": "never"})
    for number in range(PER_SECOND * SECONDS):
        due = (begun[0] if begun else time.time()) + number / PER_SECOND
        time.sleep(max(0, due - time.time()))
        begun.append(time.time())
        bench.post("/api/jobs/", [body])
    _until_drained()
    ends = JobResult.objects.filter(job__name="Steady").order_by("job").values_list("completed_at", flat=True)
    return percentiles((end.timestamp() - start) * 1000 for start, end in zip(begun, ends, strict=True))


def _busy(owner: User, stop: threading.Event) -> None:
    while not stop.is_set():
        if QueueEntry.objects.count() < MANY:
            _add(owner, 5000)
        time.sleep(0.2)
    connection.close()


def _delays(bench: Bench) -> tuple[float, float]:
    """The median and the 99th percentile of how late jobs begin whose times are spread at random, in milliseconds."""
    begin = timezone.now() + timedelta(seconds=8)
    name = f"Later {begin}"
    times = [begin + timedelta(seconds=random.uniform(0, SPAN)) for _number in range(SCHEDULED)]
    bench.post(
        "/api/jobs/", [orjson.dumps({"name": name, "handler": "no_op", "scheduled_time": moment}) for moment in times]
    )
    later = Job.objects.filter(name=name)
    while later.exclude(status=Job.Status.COMPLETED).exists():
        time.sleep(0.5)
    pairs = later.values_list("started_at", "scheduled_time")
    return percentiles((started - due).total_seconds() * 1000 for started, due in pairs if started)
