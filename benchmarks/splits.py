"""Where the time of the pages goes: each is asked for in this process, with a clock at what it calls.

What PostgreSQL takes holds the way there and the reading of rows; what is counted under one heading is not counted
under another.
"""

import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg
from django.db.models import QuerySet
from django.db.models.sql import compiler
from django.template.base import Template
from django.test import Client, override_settings

from benchmarks import pages, world
from benchmarks.load import Speed, row
from innotter.notifications.templatetags import notifications as bell

#: How often each page is asked for; the first ones warm up what is kept.
LOOKS, WARM_UP = 25, 5
REST = "the rest"


class Clock:
    """Counts time for whatever was entered last, until it is left."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._open = [REST]
        self._since = time.perf_counter()

    def _turn(self) -> None:
        now = time.perf_counter()
        self.spent[self._open[-1]] += now - self._since
        self._since = now

    @contextmanager
    def counting(self, name: str) -> Iterator[None]:
        self._turn()
        self._open.append(name)
        try:
            yield
        finally:
            self._turn()
            self._open.pop()

    def begin(self) -> None:
        self.spent.clear()
        self._since = time.perf_counter()

    def end(self) -> dict[str, float]:
        self._turn()
        return dict(self.spent)

    def around(self, owner: Any, method: str, name: str) -> Any:
        """A patch that counts a method's time."""
        wrapped = getattr(owner, method)

        @wraps(wrapped)
        def counted(*args: Any, **kwargs: Any) -> Any:
            with self.counting(name):
                return wrapped(*args, **kwargs)

        return mock.patch.object(owner, method, counted)


def measure() -> Iterator[dict[str, object]]:
    """Rows for the table."""
    reader = pages.browsed_world()
    client = Client(headers={"Host": "localhost"} | world.cookies_of(reader))
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        statistics_address = stack.enter_context(pages.served_beside(Path(folder), reader.pages.get())).statistics
        stack.enter_context(override_settings(STATISTICS_URL=statistics_address, ALLOWED_HOSTS=["localhost"]))
        clock = Clock()
        for patch in _patches(clock):
            stack.enter_context(patch)
        for name, path in pages.paths_of(reader).items():
            yield _row(name, [_looked_at(client, path, clock) for _look in range(WARM_UP + LOOKS)][WARM_UP:])


def _patches(clock: Clock) -> Iterator[Any]:
    for kind in (compiler.SQLCompiler, compiler.SQLAggregateCompiler):
        yield clock.around(kind, "as_sql", "Django writes SQL")
    for method in ("_filter_or_exclude", "_annotate", "order_by", "_chain"):
        yield clock.around(QuerySet, method, "Django writes SQL")
    for method in ("execute", "fetchone", "fetchmany", "fetchall"):
        yield clock.around(psycopg.Cursor, method, "PostgreSQL")
    yield clock.around(Template, "render", "templates")
    yield clock.around(bell, "count_unread", "bell")


def _looked_at(client: Client, path: str, clock: Clock) -> dict[str, float]:
    clock.begin()
    answer = client.get(path)
    spent = clock.end()
    assert answer.status_code == 200, path
    return spent


def _row(name: str, looks: list[dict[str, float]]) -> dict[str, object]:
    """The median of all, and of each share."""
    parts = sorted({part for look in looks for part in look}, key=lambda part: (part == REST, part))
    medians = {part: 1000 * statistics.median(look.get(part, 0.0) for look in looks) for part in parts}
    whole = 1000 * statistics.median(sum(look.values()) for look in looks)
    said = ", ".join(f"{part} {medians[part]:.1f}" for part in parts)
    return row(f"in process: {name}", Speed(0, whole, 0), said)
