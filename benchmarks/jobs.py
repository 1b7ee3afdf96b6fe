"""Jobs from their POST to their stored result, against bare Celery no-ops; and how long after its time a job begins."""

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
from datetime import timedelta

import orjson
from django.core.cache import cache
from django.utils import timezone

from benchmarks import world
from benchmarks.load import CONNECTIONS, Speed, row, served
from innotter.accounts.models import User
from innotter.jobs.models import Job

COUNT, RUNS = 500, 3
SCHEDULED, SPAN = 300, 20
CELERY = [sys.executable, "-m", "celery", "-A", "benchmarks.noop:app", "--quiet"]


def measure() -> Iterator[dict[str, object]]:
    """Rows for the table, each as soon as it is known."""
    limits = {"THROTTLE_WRITE_ACCOUNT": "1000000/minute", "JOBS_MAX_WAITING": "1000000"}
    os.environ.update(limits)
    world.people(1, "submitter")
    owner = User.objects.get(username="submitter0")
    headers = {**world.token_of(owner), "Content-Type": "application/json"}
    with ExitStack() as stack:
        stack.enter_context(_program("worker", "--queues", "jobs", "--concurrency", "2"))
        _bare()
        floor = statistics.median(_bare() for _run in range(RUNS))
        yield row("bare Celery no-ops", Speed(floor, 0, 0))
        stack.enter_context(_program("worker", "--queues", "innotter", "--concurrency", "2"))
        stack.enter_context(_program("beat", "--scheduler", "celery.beat:Scheduler", "--pidfile", ""))
        port = stack.enter_context(served("benchmarks.noop:application"))
        _jobs(port, headers)
        rate = statistics.median(_jobs(port, headers) for _run in range(RUNS))
        share = f"{rate / floor:.2f} × bare"
        yield row("jobs, from POST to result", Speed(rate, 0, 0), share, "≥ 0.50 × bare")
        yield row("begin of a due job", Speed(0, *_delays(port, headers)), "after its time", "≤ 2000 ms")


@contextmanager
def _program(*arguments: str) -> Iterator[None]:
    flags = ["--without-gossip", "--without-mingle"] if arguments[0] == "worker" else []
    process = subprocess.Popen([*CELERY, *arguments, *flags, "--loglevel", "ERROR"])
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


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
    _together(lambda _number: bare.delay(), COUNT)
    bare.delay("bench-mark")
    while not cache.get("bench-mark"):
        time.sleep(0.005)
    return COUNT / (time.perf_counter() - start)


def _jobs(port: int, headers: dict[str, str]) -> float:
    """Jobs per second, from the first POST to the last stored result."""
    body = orjson.dumps({"name": "Nothing", "handler": "no_op"})
    start = time.perf_counter()
    _post(port, headers, [body] * COUNT)
    while Job.objects.exclude(status=Job.Status.COMPLETED).exists():
        time.sleep(0.02)
    return COUNT / (time.perf_counter() - start)


def _delays(port: int, headers: dict[str, str]) -> tuple[float, float]:
    """The median and the 99th percentile of how late jobs begin whose times are spread at random, in milliseconds."""
    begin = timezone.now() + timedelta(seconds=8)
    times = [begin + timedelta(seconds=random.uniform(0, SPAN)) for _number in range(SCHEDULED)]
    bodies = [orjson.dumps({"name": "Later", "handler": "no_op", "scheduled_time": moment}) for moment in times]
    _post(port, headers, bodies)
    while (later := Job.objects.filter(name="Later")).exclude(status=Job.Status.COMPLETED).exists():
        time.sleep(0.5)
    pairs = later.values_list("started_at", "scheduled_time")
    late = sorted((started - due).total_seconds() * 1000 for started, due in pairs if started)
    return late[len(late) // 2], late[int(len(late) * 0.99)]


def _post(port: int, headers: dict[str, str], bodies: list[bytes]) -> None:
    mine = threading.local()

    def send(number: int) -> None:
        if not hasattr(mine, "connection"):
            mine.connection = http.client.HTTPConnection("127.0.0.1", port)
        mine.connection.request("POST", "/api/jobs/", bodies[number], headers)
        answer = mine.connection.getresponse()
        assert answer.status == http.HTTPStatus.CREATED, answer.read()
        answer.read()

    _together(send, len(bodies))
