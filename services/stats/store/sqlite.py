"""The numbers in a file: nothing to install, and enough for one machine."""

import sqlite3
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import ClassVar

from services.contract.events import MOST_COUNTED, Unreadable, number_of
from services.stats.ingest import Effect
from services.stats.store.base import Page

_TABLES = """
    CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS pages (
        id INTEGER PRIMARY KEY, owner_id INTEGER, handle TEXT, sequence INTEGER NOT NULL, is_gone INTEGER NOT NULL
    );
    CREATE INDEX IF NOT EXISTS page_by_handle ON pages (handle, sequence);
    CREATE TABLE IF NOT EXISTS counts (
        page_id INTEGER NOT NULL, day TEXT NOT NULL, name TEXT NOT NULL, value INTEGER NOT NULL,
        PRIMARY KEY (page_id, day, name)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS dead_letters (
        id INTEGER PRIMARY KEY, received_at TEXT NOT NULL, reason TEXT NOT NULL, body BLOB NOT NULL
    );
    CREATE TABLE IF NOT EXISTS tally (known INTEGER NOT NULL, newest INTEGER NOT NULL);
"""
#: A file of an earlier version has no tally: its events are counted this once.
_BEGIN_TALLY = "INSERT INTO tally SELECT count(*), coalesce(max(CAST(id AS INTEGER)), 0) FROM events"
_ADD = """
    INSERT INTO counts (page_id, day, name, value) VALUES (?, ?, ?, ?)
    ON CONFLICT (page_id, day, name) DO UPDATE SET value = value + excluded.value
"""
_LEARN = """
    INSERT INTO pages (id, owner_id, handle, sequence, is_gone) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET
        owner_id = coalesce(excluded.owner_id, owner_id),
        handle = CASE
            WHEN excluded.handle IS NOT NULL AND (handle IS NULL OR excluded.sequence >= sequence) THEN excluded.handle
            ELSE handle
        END,
        sequence = CASE WHEN excluded.handle IS NOT NULL THEN max(sequence, excluded.sequence) ELSE sequence END,
        is_gone = max(is_gone, excluded.is_gone)
"""


class SqliteStore:
    """One writer at a time, any number of readers beside it (write-ahead log)."""

    away: ClassVar[tuple[type[Exception], ...]] = (sqlite3.OperationalError,)

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing = threading.Lock()
        #: Connections that nobody uses at the moment.
        self._free: deque[sqlite3.Connection] = deque()

    def prepare(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._connection() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_TABLES)
        with self._transaction() as cursor:
            if cursor.execute("SELECT 1 FROM tally").fetchone() is None:
                cursor.execute(_BEGIN_TALLY)

    def apply(self, effects: Sequence[Effect]) -> int:
        with self._transaction() as cursor:
            new = [number_of(effect.event_id) for effect in effects if self._apply(cursor, effect)]
            if new:
                cursor.execute("UPDATE tally SET known = known + ?, newest = max(newest, ?)", [len(new), max(new)])
            return len(new)

    def _apply(self, cursor: sqlite3.Cursor, effect: Effect) -> bool:
        cursor.execute("INSERT OR IGNORE INTO events (id) VALUES (?)", [effect.event_id])
        if not cursor.rowcount:
            return False
        if effect.page_id:
            row = (
                effect.page_id,
                effect.owner_id,
                effect.handle,
                effect.sequence if effect.handle else 0,
                effect.is_gone,
            )
            cursor.execute(_LEARN, row)
        day = effect.day.isoformat()
        for page, counts in effect.counts.items():
            cursor.executemany(_ADD, [(page, day, name, by) for name, by in counts.items() if by])
        return True

    def page(self, handle: str) -> Page | None:
        query = """
            SELECT id, owner_id FROM pages
            WHERE handle = ? AND owner_id IS NOT NULL AND NOT is_gone ORDER BY sequence DESC LIMIT 1
        """
        with self._connection() as connection:
            row = connection.execute(query, [handle]).fetchone()
        return Page(*row) if row else None

    def totals(self, page_id: int) -> dict[str, int]:
        query = "SELECT name, sum(value) FROM counts WHERE page_id = ? GROUP BY name"
        with self._connection() as connection:
            return dict(connection.execute(query, [page_id]).fetchall())

    def days(self, page_id: int, since: date, until: date) -> dict[date, dict[str, int]]:
        query = "SELECT day, name, value FROM counts WHERE page_id = ? AND day BETWEEN ? AND ?"
        found: dict[date, dict[str, int]] = {}
        with self._connection() as connection:
            rows = connection.execute(query, [page_id, since.isoformat(), until.isoformat()]).fetchall()
        for day, name, value in rows:
            found.setdefault(date.fromisoformat(day), {})[name] = value
        return found

    def bury(self, letter: Unreadable) -> None:
        with self._transaction() as cursor:
            row = (datetime.now(UTC).isoformat(), str(letter), letter.body)
            cursor.execute("INSERT INTO dead_letters (received_at, reason, body) VALUES (?, ?, ?)", row)

    def dead_letters(self) -> int:
        with self._connection() as connection:
            query = "SELECT count(*) FROM (SELECT 1 FROM dead_letters LIMIT ?)"
            return int(connection.execute(query, [MOST_COUNTED]).fetchone()[0])

    def known(self) -> tuple[int | None, int | None]:
        with self._connection() as connection:
            known, newest = connection.execute("SELECT known, newest FROM tally").fetchone()
        return int(known), int(newest)

    def close(self) -> None:
        while self._free:
            self._free.pop().close()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """One for the time of the block. No thread has its own: those of a web server come and go by the hour, and
        each would leave its connection, with its files, open behind it."""
        try:
            connection = self._free.pop()
        except IndexError:
            connection = self._opened()
        try:
            yield connection
        finally:
            self._free.append(connection)

    def _opened(self) -> sqlite3.Connection:
        opened = sqlite3.connect(self._path, timeout=10, isolation_level=None, check_same_thread=False)
        opened.execute("PRAGMA synchronous = NORMAL")
        return opened

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Cursor]:
        with self._writing, self._connection() as connection:
            cursor = connection.cursor()
            cursor.execute("BEGIN IMMEDIATE")
            try:
                yield cursor
            except BaseException:
                cursor.execute("ROLLBACK")
                raise
            cursor.execute("COMMIT")
