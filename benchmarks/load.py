"""A web server to measure, and a load for it: a few connections that ask again as soon as they are answered."""

import itertools
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

CONNECTIONS = 4
WARM_UP_SECONDS = 1.5
RUN_SECONDS = 4.0
RUNS = 3


@dataclass(frozen=True)
class Speed:
    """Requests per second, and how long one takes in milliseconds: the median of several runs."""

    per_second: float
    p50: float
    p99: float


def row(name: str, speed: Speed, measured: str = "", goal: str = "") -> dict[str, object]:
    """A line of the table: what was measured against what, and what it should be."""
    return {
        "benchmark": name,
        "requests/s": round(speed.per_second),
        "p50 ms": round(speed.p50, 2),
        "p99 ms": round(speed.p99, 2),
        "measured": measured,
        "goal": goal,
    }


@contextmanager
def served(application: str, interface: str = "asgi") -> Iterator[int]:
    """One granian worker with four threads, as `innotter up` starts it; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    flags = ["--interface", interface, "--log-level", "error", "--no-ws"]
    command = [sys.executable, "-m", "granian", "--host", "127.0.0.1", "--port", str(port), *flags, application]
    server = subprocess.Popen(command)
    try:
        _await(port)
        yield port
    finally:
        server.terminate()
        server.wait(15)


def measure(port: int, path: str, headers: dict[str, str] | None = None, body: bytes = b"") -> Speed:
    """Warm up, then several runs: of a GET, or with a body of a POST. `{n}` in the path is another number each time."""
    lines = [
        f"{'POST' if body else 'GET'} {path} HTTP/1.1",
        "Host: localhost",
        *(f"{name}: {value}" for name, value in (headers or {}).items()),
        *(["Content-Type: application/json", f"Content-Length: {len(body)}"] if body else []),
    ]
    request = ("\r\n".join(lines) + "\r\n\r\n").encode() + body
    numbers = itertools.count()
    requests = (request.replace(b"{n}", str(number).encode(), 1) for number in numbers)
    _run(port, requests, WARM_UP_SECONDS)
    runs = [_run(port, requests, RUN_SECONDS) for _run_number in range(RUNS)]
    return Speed(*(statistics.median(values) for values in zip(*runs, strict=True)))


def header_of(port: int, path: str, name: str) -> str:
    """A header of one answer."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        return str(answer.headers[name])


def _run(port: int, requests: Iterator[bytes], seconds: float) -> tuple[float, float, float]:
    took: list[float] = []
    lock = threading.Lock()
    until = time.perf_counter() + seconds
    threads = [
        threading.Thread(target=_ask, args=(port, requests, lock, until, took)) for _connection in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    hundredths = statistics.quantiles(took, n=100)
    return len(took) / seconds, hundredths[49] * 1000, hundredths[98] * 1000


def _ask(port: int, requests: Iterator[bytes], lock: threading.Lock, until: float, took: list[float]) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while (start := time.perf_counter()) < until:
            with lock:
                request = next(requests)
            connection.sendall(request)
            _read_answer(connection)
            took.append(time.perf_counter() - start)


def _read_answer(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201", b"HTTP/1.1 304")):
        raise RuntimeError(data[:500].decode())
    lengths = (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    length = next(lengths, 0)
    while len(body) < length:
        body += connection.recv(65536)
    return body


def _await(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server does not start")
