"""What has changed since this process has last asked: the database notes it in the transaction of the change.

Whoever keeps a feed's first page asks before showing it again. Questions that come while one is under way share the
next. It is asked through libpq itself: psycopg's cursor takes as long for this as the rest of a warm answer.
"""

import asyncio
import time
from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from itertools import islice
from typing import Any

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import pq

#: Changes when the server has crashed, or another one has taken its place: either has lost what was noted, which is not
#: logged. A pooler goes on with other connections then, so that no end of one says so.
_LIFE = b"(SELECT stats_reset::text FROM pg_stat_wal)"
_SNAPSHOT = b"SELECT pg_current_snapshot()::text, ''," + _LIFE
_NAME = b"feed_changes"

#: How many changes are remembered. Of more at once the rest need not be named: no position before them is valid.
MOST_CHANGES = 10_000
#: Of what the database notes: all that this snapshot does not see yet. PostgreSQL keeps a plan only if one that knows
#: the value looks no better, so what is compared is hidden from it; the order makes it read by the index.
_CHANGES = b"""
    SELECT pg_current_snapshot()::text, (
        SELECT string_agg(change, ' ') FROM (
            SELECT kind::text || id AS change FROM feed_change
            WHERE xid >= (SELECT pg_snapshot_xmin($1::pg_snapshot))
                AND NOT pg_visible_in_snapshot(xid, (SELECT $1::pg_snapshot)) AND kind <> 'h'
            ORDER BY xid LIMIT %d
        ) AS changes
    ), %s
""" % (MOST_CHANGES + 1, _LIFE)
#: For how many seconds after a question the next may follow: the notes are kept for longer (`forget_changes`).
RELIABLE_SECONDS = 300.0
#: A database that takes longer to answer is not waited for, and one that is away is tried again after this, in seconds.
PATIENCE, PAUSE = 1.0, 1.0


class Away(Exception):
    """The database does not answer: nobody knows what has changed."""


Asked = asyncio.Future[int]


class Changes:
    """Positions in the order of changes, of one process and one event loop.

    What is read from the database after `look()` has returned a position holds all changes up to it.
    """

    def __init__(self) -> None:
        self._connection: pq.abc.PGconn | None = None
        self._connecting: asyncio.Future[None] | None = None
        self._snapshot, self._life, self._asked_at, self._tried_at = b"", b"", 0.0, float("-inf")
        #: The newest changes, each with a number of its own; those before the first are forgotten.
        self._newest: deque[tuple[str, int]] = deque(maxlen=MOST_CHANGES)
        self._position = 0
        #: Those whose question is under way, and those who came meanwhile.
        self._waiting: list[Asked] = []
        self._next: list[Asked] = []
        self._deadline: asyncio.TimerHandle | None = None

    @property
    def position(self) -> int:
        """Of the last change that is known."""
        return self._position

    async def look(self) -> int:
        """The position of the last change, asked from now on; raises Away, also while a connection is being made."""
        loop = asyncio.get_running_loop()
        if self._connection is None or time.monotonic() - self._asked_at > RELIABLE_SECONDS:
            self._begin_anew(loop)
            raise Away
        asked: Asked = loop.create_future()
        if self._waiting:
            self._next.append(asked)
        else:
            self._waiting.append(asked)
            self._ask()
        return await asked

    def is_valid(self, position: int, *, reader: int, pages: Sequence[int]) -> bool:
        """Whether nothing that has changed since a position concerns the feed of a reader, of these pages in order."""
        count = self._position - position
        return count <= len(self._newest) and not any(
            _concerns(change, reader, pages) for change in islice(reversed(self._newest), count)
        )

    def close(self) -> None:
        """End the connection, and let no position from before be valid."""
        connection, self._connection = self._connection, None
        if connection is not None:
            asyncio.get_running_loop().remove_reader(connection.socket)
            connection.finish()
        if self._deadline:
            self._deadline.cancel()
        self._newest.clear()
        self._position += MOST_CHANGES + 1
        waiting, self._waiting, self._next = self._waiting + self._next, [], []
        for asked in waiting:
            if not asked.done():
                asked.set_exception(Away())

    def _ask(self) -> None:
        self._asked_at = time.monotonic()
        self._deadline = asyncio.get_running_loop().call_later(PATIENCE, self.close)
        try:
            connection = self._connection
            if connection is None:
                raise psycopg.OperationalError
            if settings.DATABASE_PREPARE:
                connection.send_query_prepared(_NAME, [self._snapshot])
            else:
                connection.send_query_params(_CHANGES, [self._snapshot])
            connection.flush()
        except psycopg.Error:
            self.close()

    def _read(self) -> None:
        """Take in what the database says: an answer, a part of it, or that this is the end."""
        try:
            if self._connection is not None:
                self._connection.consume_input()
            while self._connection is not None and self._waiting and not self._connection.is_busy():
                if result := self._connection.get_result():
                    self._take(result)
                else:
                    self._go_on()
        except psycopg.Error:
            self.close()

    def _take(self, result: Any) -> None:
        self._snapshot, changes, life = _values(result)
        if life != self._life:
            raise psycopg.OperationalError("The server has lost its notes.")
        for change in changes.decode().split():
            self._newest.append((change[0], int(change[1:])))
            self._position += 1
        for asked in self._waiting:
            if not asked.done():
                asked.set_result(self._position)

    def _go_on(self) -> None:
        """Ask for those who have come meanwhile, if there are any."""
        if self._deadline:
            self._deadline.cancel()
        self._waiting, self._next = self._next, []
        if self._waiting:
            self._ask()

    def _begin_anew(self, loop: asyncio.AbstractEventLoop) -> None:
        """Connect on a thread, so that nobody waits for a database that is away."""
        if self._connecting is None and time.monotonic() - self._tried_at > PAUSE:
            self.close()
            self._tried_at = time.monotonic()
            self._connecting = loop.create_task(self._connect(loop))

    async def _connect(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            connection, snapshot, life = await asyncio.to_thread(_connected)
        except psycopg.Error:
            return
        finally:
            self._connecting = None
        self._connection, self._snapshot, self._life = connection, snapshot, life
        self._asked_at = time.monotonic()
        loop.add_reader(connection.socket, self._read)


def _connected() -> tuple[pq.abc.PGconn, bytes, bytes]:
    words = connections[DEFAULT_DB_ALIAS].get_connection_params()
    known = {name: word for name, word in words.items() if name in _LIBPQ and word is not None}
    connection = pq.PGconn.connect(psycopg.conninfo.make_conninfo(**known).encode())
    if connection.status != pq.ConnStatus.OK:
        raise psycopg.OperationalError(connection.get_error_message())
    if settings.DATABASE_PREPARE:
        connection.prepare(_NAME, _CHANGES)
    snapshot, _nothing, life = _values(connection.exec_(_SNAPSHOT))
    connection.nonblocking = 1
    return connection, snapshot, life


def _values(result: Any) -> tuple[bytes, bytes, bytes]:
    """A snapshot, the changes that it sees and the one before did not, and the life of the server that says so.

    Raises what the database says instead.
    """
    if result.status != pq.ExecStatus.TUPLES_OK:
        raise psycopg.OperationalError(result.get_error_message())
    return result.get_value(0, 0), result.get_value(0, 1) or b"", result.get_value(0, 2) or b""


def _concerns(change: tuple[str, int], reader: int, pages: Sequence[int]) -> bool:
    kind, number = change
    if kind == "p":
        place = bisect_left(pages, number)
        return place < len(pages) and pages[place] == number
    return kind == "a" or number == reader


_LIBPQ = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
