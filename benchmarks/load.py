"""A web server to measure, and a load for it: a few connections that ask again as soon as they are answered."""

import socket
import statistics
import subprocess
import sys
import threading
import time
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


@contextmanager
def served(application: str) -> Iterator[int]:
    """One granian worker with four threads, as `innotter up` starts it; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    flags = ["--interface", "wsgi", "--blocking-threads", "4", "--log-level", "error", "--no-ws"]
    command = [sys.executable, "-m", "granian", "--host", "127.0.0.1", "--port", str(port), *flags, application]
    server = subprocess.Popen(command)
    try:
        _await(port)
        yield port
    finally:
        server.terminate()
        server.wait(15)


def measure(port: int, path: str, headers: dict[str, str] | None = None) -> Speed:
    """Warm up, then several runs."""
    lines = [
        f"GET {path} HTTP/1.1",
        "Host: localhost",
        *(f"{name}: {value}" for name, value in (headers or {}).items()),
    ]
    request = ("\r\n".join(lines) + "\r\n\r\n").encode()
    _run(port, request, WARM_UP_SECONDS)
    runs = [_run(port, request, RUN_SECONDS) for _run_number in range(RUNS)]
    return Speed(*(statistics.median(values) for values in zip(*runs, strict=True)))


def _run(port: int, request: bytes, seconds: float) -> tuple[float, float, float]:
    took: list[float] = []
    until = time.perf_counter() + seconds
    threads = [threading.Thread(target=_ask, args=(port, request, until, took)) for _connection in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    hundredths = statistics.quantiles(took, n=100)
    return len(took) / seconds, hundredths[49] * 1000, hundredths[98] * 1000


def _ask(port: int, request: bytes, until: float, took: list[float]) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while (start := time.perf_counter()) < until:
            connection.sendall(request)
            _read_answer(connection)
            took.append(time.perf_counter() - start)


def _read_answer(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(data[:500].decode())
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
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
