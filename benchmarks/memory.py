"""What an installation takes, as `innotter up` starts it: memory, processor time at rest, and how soon it is there.

Linux only: proportional set sizes and clock ticks are read from `/proc`, of every process of the tree, the private
PostgreSQL and Valkey too.
"""

import http.client
import os
import re
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import psutil

from benchmarks.load import CONNECTIONS, Speed, row, run_script
from innotter.cli.up import STEP_ENDING
from tests.running import Running

REQUESTS = 50_000
#: For how long it is left alone before it counts as idle, and is then looked at; of requests, one run and all together.
SETTLE, IDLE, RUN, LONGEST = 15, 40, 10, 150
STARTS = 3
POSTS = 20
PASSWORD = "correct-horse-7"

#: What stands in the command of a process, and what it is then: the first that fits.
_PROGRAMS = {
    "fork_server": "fork server",
    "innotter.config.asgi": "web server and its supervisor",
    "services.stats": "statistics and its supervisor",
    "services.insights": "insights and its supervisor",
    "worker@": "worker for e-mails and events, two hands, beat",
    "runner@": "runner of jobs, three hands",
    "postgres": "PostgreSQL",
    "valkey": "Valkey",
    "innotter up": "innotter up",
}

#: Of fifty requests one is for a page by a browser that is signed in, one by a stranger, the rest for a feed.
_MIX = """
local number = 0
request = function()
  number = number + 1
  if number %% 50 == 0 then return wrk.format("GET", "%(page)s", { ["Cookie"] = "%(cookies)s" }) end
  if number %% 50 == 25 then return wrk.format("GET", "%(page)s", {}) end
  return wrk.format("GET", "/api/feed/", { ["Authorization"] = "Bearer %(token)s" })
end
"""

Row = dict[str, object]


def measure() -> Iterator[Row]:
    """Rows for the table, each as soon as it is known."""
    if sys.platform != "linux":
        raise RuntimeError("Memory and processor time are read from /proc, which only Linux has.")
    with tempfile.TemporaryDirectory() as folder:
        running = Running(Path(folder) / "data")
        try:
            running.start()
            yield from _at_rest(running)
            yield from _after_requests(running)
            yield from _second_start(running)
        finally:
            running.stop()
            running.discard()


def _at_rest(running: Running) -> Iterator[Row]:
    time.sleep(SETTLE)
    processes = len(_tree(running))
    taken = _memory(running)
    yield _fact(f"memory of everything, idle, {processes} processes", _megabytes(taken.total()), "≤ 400 MB")
    yield from (_fact(f"… {name}", _megabytes(taken[name]), "") for name in sorted(taken))
    before, start = _ticks(running), time.monotonic()
    time.sleep(IDLE)
    spent = _ticks(running)
    spent.subtract(before)
    full = os.sysconf("SC_CLK_TCK") * (time.monotonic() - start)
    yield _fact(f"share of a core, idle for {IDLE} s", f"{spent.total() / full:.1%}", "≤ 1 %")
    yield from (_fact(f"… {name}", f"{spent[name] / full:.2%}", "") for name in sorted(taken))


def _after_requests(running: Running) -> Iterator[Row]:
    mix = _MIX % _world(running)
    done, speeds, until = 0.0, [], time.monotonic() + LONGEST
    while done < REQUESTS and time.monotonic() < until:
        speeds.append(run_script(running.port, mix, CONNECTIONS, RUN))
        done += speeds[-1].per_second * RUN
    speed = Speed(*(statistics.median(values) for values in zip(*map(_parts, speeds), strict=True)))
    name = f"memory of everything, after {done:,.0f} requests"
    taken = _memory(running)
    yield row(name, speed, _megabytes(taken.total()), "≤ 450 MB")
    yield from (_fact(f"… {name}", _megabytes(taken[name]), "") for name in sorted(taken))


def _second_start(running: Running) -> Iterator[Row]:
    """From the command to the line that says so, and each step on the way: those of the start in the middle."""
    starts = []
    for _start in range(STARTS):
        running.stop()
        starts.append(_timed_start(running))
    middle = sorted(starts, key=lambda steps: sum(steps.values()))[STARTS // 2]
    yield _fact("start on a prepared data folder", f"{sum(middle.values()):.1f} s", "≤ 5 s")
    yield from (_fact(f"… {name.lower()}", f"{seconds:.1f} s", "") for name, seconds in middle.items())


def _timed_start(running: Running) -> dict[str, float]:
    """The seconds of each step that a start has named."""
    said_before, begun = len(running.said()), {"Until the first word": time.monotonic()}
    starting = threading.Thread(target=running.start)
    starting.start()
    while starting.is_alive():
        for line in running.said()[said_before:].splitlines():
            if line.endswith(STEP_ENDING):
                begun.setdefault(line.removesuffix(STEP_ENDING).strip(), time.monotonic())
        time.sleep(0.01)
    ends = [*list(begun.values())[1:], time.monotonic()]
    return {name: end - start for (name, start), end in zip(begun.items(), ends, strict=True)}


def _fact(name: str, measured: str, goal: str) -> Row:
    return row(name, Speed(0, 0, 0), measured, goal)


def _parts(speed: Speed) -> tuple[float, float, float]:
    return speed.per_second, speed.p50, speed.p99


def _world(running: Running) -> dict[str, str]:
    """Somebody with a feed of posts: as a program, and as a browser, that is signed in."""
    token = running.register("measured")
    for number in range(POSTS):
        status, answer = running.ask("POST", "/api/posts/", {"content": f"Post {number}"}, token)
        assert status == http.HTTPStatus.CREATED, answer
    return {"token": token, "cookies": _signed_in(running.port), "page": "/@measured/"}


def _signed_in(port: int) -> str:
    """The cookies of a browser that has filled in the form."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/login/")
    answer = connection.getresponse()
    cookies, page = _cookies(answer), answer.read().decode()
    (token,) = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page))
    form = {"identifier": "measured@example.org", "password": PASSWORD, "csrfmiddlewaretoken": token}
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/login/", urlencode(form), headers)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == http.HTTPStatus.FOUND, answer.status
    return _cookies(answer)


def _cookies(answer: http.client.HTTPResponse) -> str:
    return "; ".join(cookie.partition(";")[0] for cookie in answer.headers.get_all("Set-Cookie", []))


def _tree(running: Running) -> list[psutil.Process]:
    assert running.process is not None
    root = psutil.Process(running.process.pid)
    return [root, *root.children(recursive=True)]


def _memory(running: Running) -> Counter[str]:
    """The proportional set sizes of all processes, in kilobytes, by what they do."""
    return _by_program(running, lambda process: _kilobytes(_read(process, "smaps_rollup")))


def _kilobytes(rollup: str) -> int:
    found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    return int(found[1]) if found else 0


def _megabytes(kilobytes: int) -> str:
    return f"{kilobytes * 1.024 / 1000:.0f} MB"


def _ticks(running: Running) -> Counter[str]:
    """The clock ticks that all processes have had, and those that ended: a parent has those of its children."""
    return _by_program(running, lambda process: _ticks_of(_read(process, "stat")))


def _ticks_of(stat: str) -> int:
    # The name of the program, which may hold spaces, ends with the last bracket; then the state is the third value.
    return sum(map(int, stat.rpartition(")")[2].split()[11:15]))


def _by_program(running: Running, measure_one: Callable[[psutil.Process], int]) -> Counter[str]:
    found: Counter[str] = Counter()
    for process in _tree(running):
        if command := _read(process, "cmdline"):
            found[_program(command.replace("\0", " "))] += measure_one(process)
    return found


def _program(command: str) -> str:
    return next((name for mark, name in _PROGRAMS.items() if mark in command), command[:40])


def _read(process: psutil.Process, name: str) -> str:
    try:
        return Path(f"/proc/{process.pid}/{name}").read_text()
    except OSError:
        return ""  # It has ended meanwhile.
