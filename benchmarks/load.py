"""A web server to measure, and a load for it: `wrk`, which is no Python and has a processor to itself if there are two.

Whatever is compared is measured in turn, run by run, so that a slower minute of the machine is everybody's.
"""

import http.client
import json
import math
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

CONNECTIONS = 4
WARM_UP_SECONDS, RUN_SECONDS = 2, 4
RUNS = 5
#: Of what is slow, a run lasts longer: until about so many answers have come.
FEWEST_ANSWERS = 4
LONGEST_RUN = 30

#: `{n}` in the path is another number each time. What is answered with an error is no measurement.
_SCRIPT = """
local path, number = [==[%(path)s]==], 0
wrk.method = [==[%(method)s]==]
wrk.body = %(body)s
%(headers)s
if path:find("{n}", 1, true) then
  request = function()
    number = number + 1
    return wrk.format(nil, (path:gsub("{n}", number, 1)))
  end
end
"""
#: Appended to each script: the last line says what was measured.
_DONE = """
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\\n{"requests": %d, "microseconds": %d, "p50": %f, "p99": %f, "errors": %d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
"""


@dataclass(frozen=True)
class Speed:
    """Requests per second, and how long one takes in milliseconds: the median of several runs."""

    per_second: float
    p50: float
    p99: float


@dataclass(frozen=True)
class Target:
    """What is asked for: of a server on this machine, a GET, or with a body a POST."""

    port: int
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


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
def served(application: str, interface: str = "asgi", **settings: str) -> Iterator[int]:
    """One granian worker, as `innotter up` starts it, with these settings; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    flags = ["--interface", interface, "--log-level", "error", "--no-ws"]
    command = [sys.executable, "-m", "granian", "--host", "127.0.0.1", "--port", str(port), *flags, application]
    server = subprocess.Popen([*_pinned(to_last=False), *command], env=os.environ | settings)
    try:
        _await(port)
        yield port
    finally:
        server.terminate()
        server.wait(15)


def measure(port: int, path: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Speed:
    """Warm up, then several runs."""
    return in_turn({"": Target(port, path, headers or {}, body)})[""]


def in_turn(
    targets: Mapping[str, Target],
    connections: int = CONNECTIONS,
    *,
    seconds: int = RUN_SECONDS,
    runs: int = RUNS,
    warm_up: int = WARM_UP_SECONDS,
) -> dict[str, Speed]:
    """Warm each of them up, then several rounds, in each of which everyone has one run of so many seconds."""
    with tempfile.TemporaryDirectory() as folder:
        scripts = {name: _script(Path(folder) / f"{number}.lua", targets[name]) for number, name in enumerate(targets)}
        spans: dict[str, int] = {}
        for name, target in targets.items():
            spans[name] = max(seconds, math.ceil(FEWEST_ANSWERS * _time_of_answer(target)))
            if warm_up:
                _run(target, scripts[name], connections, max(warm_up, spans[name] if spans[name] > seconds else 0))
        measured: dict[str, list[Speed]] = {name: [] for name in targets}
        for _round in range(runs):
            for name, target in targets.items():
                measured[name].append(_run(target, scripts[name], connections, spans[name]))
    return {name: _median(speeds) for name, speeds in measured.items()}


def run_script(port: int, script: str, connections: int, seconds: int) -> Speed:
    """One run of what a script of Lua asks for."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "script.lua"
        file.write_text(script + _DONE)
        return _run(Target(port, "/"), file, connections, seconds)


def percentiles(values: Iterable[float]) -> tuple[float, float]:
    """The median and the 99th percentile."""
    known = sorted(values)
    return known[len(known) // 2], known[int(len(known) * 0.99)]


def header_of(port: int, path: str, name: str) -> str:
    """A header of one answer."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        return str(answer.headers[name])


def _time_of_answer(target: Target) -> float:
    """In seconds. Refuses to measure how fast somebody is sent to sign in: wrk counts a redirect as an answer."""
    if target.body:
        return 0
    connection = http.client.HTTPConnection("127.0.0.1", target.port, timeout=60)
    try:
        for _second_is_warm in range(2):
            start = time.perf_counter()
            connection.request("GET", target.path.replace("{n}", "0"), headers=dict(target.headers))
            answer = connection.getresponse()
            answer.read()
            status, took = answer.status, time.perf_counter() - start
    finally:
        connection.close()
    if status not in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}:
        raise RuntimeError(f"{target.path} was answered with {status}.")
    return took


def _median(speeds: Sequence[Speed]) -> Speed:
    columns = zip(*((speed.per_second, speed.p50, speed.p99) for speed in speeds), strict=True)
    return Speed(*(statistics.median(values) for values in columns))


def _script(file: Path, target: Target) -> Path:
    headers = dict(target.headers)
    if target.body:
        headers["Content-Type"] = "application/json"
    words = {
        "path": target.path,
        "method": "POST" if target.body else "GET",
        "body": f"[==[{target.body.decode()}]==]" if target.body else "nil",
        "headers": "\n".join(f"wrk.headers[ [==[{name}]==] ] = [==[{value}]==]" for name, value in headers.items()),
    }
    file.write_text(_SCRIPT % words + _DONE)
    return file


def _run(target: Target, script: Path, connections: int, seconds: int) -> Speed:
    if not (wrk := shutil.which("wrk")):
        raise RuntimeError("The load comes from wrk: install it (apt install wrk, brew install wrk).")
    flags = ["--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s", "--timeout", "60s"]
    flags += ["--script", str(script)]
    address = f"http://127.0.0.1:{target.port}{target.path.replace('{n}', '0')}"
    command = [*_pinned(to_last=True), wrk, *flags, address]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = json.loads(said.strip().splitlines()[-1])
    if not found["requests"] and not found["errors"] and seconds < LONGEST_RUN:
        return _run(target, script, connections, seconds * 5)  # It is slower than it was when it was asked first.
    if found["errors"] or not found["requests"]:
        raise RuntimeError(f"{target.path} was not answered well:\n{said}")
    return Speed(found["requests"] / found["microseconds"] * 1e6, found["p50"] / 1000, found["p99"] / 1000)


def _pinned(*, to_last: bool) -> list[str]:
    """Keep the load on the last processor, and the server off it, where that can be said."""
    count = os.cpu_count() or 1
    if count < 2 or not (taskset := shutil.which("taskset")):
        return []
    return [taskset, "--cpu-list", str(count - 1) if to_last else f"0-{count - 2}"]


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
