"""Writing down what events tell, each once, in whatever order they come."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from psycopg import Connection, Cursor
from psycopg.errors import DeadlockDetected, FeatureNotSupported
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from services.contract.events import MOST_COUNTED, Unreadable, number_of
from services.insights.ingest import Did, JobIs, MemberIs, News, TaskIs, TaskIsGone
from services.insights.patience import OPTIONS, Patient, check

Row = dict[str, Any]
T = TypeVar("T")

TRIES = 5
#: A statement may take so many seconds: a team with a history of millions holds no thread from the others for longer.
LONGEST_STATEMENT = 20

#: For the rest of a transaction: where the tables lie, whose time it is, and how long a statement may take.
_HERE = """
    SELECT set_config('search_path', 'insights', true), set_config('timezone', 'UTC', true),
        set_config('statement_timeout', %s, true)
"""
_MEMBER = """
    INSERT INTO members (team_id, user_id, is_member, sequence) VALUES (%s, %s, %s, %s)
    ON CONFLICT (team_id, user_id) DO UPDATE SET is_member = excluded.is_member, sequence = excluded.sequence
    WHERE members.sequence < excluded.sequence
"""
_TASK = """
    INSERT INTO tasks AS known (
        id, team_id, creator_id, created_at, status, priority, due_date, is_archived, assignee_ids, sequence
    ) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (id) DO UPDATE SET
        creator_id = coalesce(known.creator_id, excluded.creator_id),
        created_at = least(known.created_at, excluded.created_at),
        (status, priority, due_date, is_archived, assignee_ids, sequence) = (
            SELECT later.status, later.priority, later.due_date, later.is_archived, later.assignee_ids, later.sequence
            FROM (VALUES
                (known.status, known.priority, known.due_date, known.is_archived, known.assignee_ids, known.sequence),
                (excluded.status, excluded.priority, excluded.due_date, excluded.is_archived, excluded.assignee_ids,
                 excluded.sequence)
            ) AS later (status, priority, due_date, is_archived, assignee_ids, sequence)
            ORDER BY later.sequence DESC LIMIT 1
        )
"""
_TASK_GONE = """
    INSERT INTO tasks (id, team_id, created_at, status, priority, is_archived, assignee_ids, sequence, is_deleted)
    VALUES (%s, %s, %s, 'cancelled', 0, false, '{}', 0, true)
    ON CONFLICT (id) DO UPDATE SET is_deleted = true
"""
_STEP = """
    INSERT INTO steps (task_id, sequence, team_id, at, status, is_open) VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT DO NOTHING
"""
_JOB = """
    INSERT INTO jobs AS known (
        id, owner_id, handler, status, submitted_at, finished_at, attempts, milliseconds, sequence
    ) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (id) DO UPDATE SET
        handler = coalesce(known.handler, excluded.handler),
        submitted_at = coalesce(known.submitted_at, excluded.submitted_at),
        attempts = greatest(known.attempts, excluded.attempts),
        (status, finished_at, milliseconds, sequence) = (
            SELECT later.status, later.finished_at, later.milliseconds, later.sequence
            FROM (VALUES
                (known.status, known.finished_at, known.milliseconds, known.sequence),
                (excluded.status, excluded.finished_at, excluded.milliseconds, excluded.sequence)
            ) AS later (status, finished_at, milliseconds, sequence)
            ORDER BY later.sequence DESC LIMIT 1
        )
"""
#: The last statement of a transaction: all who write wait for each other at this row.
_TALLY = "UPDATE tally SET known = known + %s, newest = greatest(newest, %s)"
_DID = """
    INSERT INTO activity AS known (user_id, team_id, day, kind, count) VALUES (%s, %s, %s, %s, 1)
    ON CONFLICT (user_id, team_id, day, kind) DO UPDATE SET count = known.count + 1
"""


class Store:
    """The database, by a pool of connections. Its tables lie in the schema `insights`, times are UTC.

    Where that is so, is said in each transaction: a pooler that hands each of them to another connection takes it from
    no connection. One that knows no prepared statements is spared them, too.
    """

    def __init__(self, database_url: str, *, prepares: bool = True) -> None:
        self._pool: ConnectionPool[Patient] = ConnectionPool(
            database_url,
            connection_class=Patient,
            min_size=0,
            max_size=8,
            timeout=5,
            # Its pauses double: without an end it finds the database long after that is back.
            reconnect_timeout=5,
            # A restart of the database has ended every connection that is kept.
            check=check,
            kwargs=OPTIONS | {"row_factory": dict_row, "prepare_threshold": 5 if prepares else None},
            open=True,
        )

    def close(self) -> None:
        self._pool.close()

    @contextmanager
    def connection(self) -> Iterator[Connection[Row]]:
        """A connection with a transaction around the block."""
        with self._pool.connection() as connection:
            connection.execute(_HERE, [f"{LONGEST_STATEMENT}s"])
            try:
                yield connection
            except FeatureNotSupported:
                self._pool.drain()
                raise

    def rows(self, query: str, parameters: Row | None = None) -> list[Row]:
        """What a query finds."""
        return self._again_after_an_upgrade(lambda: self._rows(query, parameters))

    def _rows(self, query: str, parameters: Row | None) -> list[Row]:
        with self.connection() as connection:
            return connection.execute(query.encode(), parameters).fetchall()

    def _again_after_an_upgrade(self, work: Callable[[], T]) -> T:
        """PostgreSQL refuses for good what a connection has planned for a table that looks otherwise now.

        An upgrade changes tables under services that run. No connection that was there then is lent again.
        """
        try:
            return work()
        except FeatureNotSupported:
            return work()

    def apply(self, news: Sequence[News]) -> int:
        """Write down what has not been; says how many events that were. After a failure, apply them again."""
        for number in range(TRIES):
            try:
                return self._again_after_an_upgrade(lambda: self._apply(news))
            except DeadlockDetected:
                if number == TRIES - 1:
                    raise
                time.sleep(0.05 * 2**number)
        return 0

    def _apply(self, news: Sequence[News]) -> int:
        with self.connection() as connection, connection.cursor() as cursor:
            return _apply(cursor, news)

    def bury(self, letter: Unreadable) -> None:
        """Keep a message that cannot be read, with its reason, for a person to look at."""
        with self.connection() as connection:
            parameters = [str(letter).replace("\0", ""), letter.body]
            connection.execute("INSERT INTO dead_letters (reason, body) VALUES (%s, %s)", parameters)

    def known(self) -> Row:
        """How many events were taken in, and the greatest number of one: read, not counted, for anybody may ask."""
        return self.rows("SELECT known, newest FROM tally")[0]

    def dead_letters(self) -> int:
        """How many messages could not be read; of more than `MOST_COUNTED` it says so many."""
        query = "SELECT count(*) FROM (SELECT FROM dead_letters LIMIT %(most)s) AS letters"
        return int(self.rows(query, {"most": MOST_COUNTED})[0]["count"])


def _apply(cursor: Cursor[Row], news: Sequence[News]) -> int:
    ids = sorted({one.event_id for one in news})
    query = "INSERT INTO events (id) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING RETURNING id"
    new = {found["id"] for found in cursor.execute(query, [ids])}
    once = {one.event_id: one for one in news if one.event_id in new}
    statements: dict[str, list[tuple[Any, ...]]] = {}
    for one in once.values():
        for statement, row in _written(one):
            statements.setdefault(statement, []).append(row)
    for statement, written in sorted(statements.items()):
        # In the same order everywhere: two who write at once wait for each other, and not in a circle.
        written.sort(key=lambda line: [str(part) for part in line[:4]])
        cursor.executemany(statement.encode(), written)
    if new:
        cursor.execute(_TALLY, [len(new), max(map(number_of, new))])
    return len(once)


def _written(one: News) -> Iterator[tuple[str, tuple[Any, ...]]]:
    match one.fact:
        case MemberIs(team_id, user_id, is_member):
            yield _MEMBER, (team_id, user_id, is_member, one.sequence)
        case TaskIs() as task:
            yield _TASK, _task_row(task, one)
            yield _STEP, (task.task_id, one.sequence, task.team_id, one.at, task.status, task.is_open)
        case TaskIsGone(task_id, team_id):
            yield _TASK_GONE, (task_id, team_id, one.at)
            yield _STEP, (task_id, one.sequence, team_id, one.at, "deleted", False)
        case JobIs() as job:
            yield _JOB, _job_row(job, one)
        case Did(user_id, kind, team_id):
            yield _DID, (user_id, team_id, one.at.date(), kind)


def _task_row(task: TaskIs, one: News) -> tuple[Any, ...]:
    state = (task.status, task.priority, task.due_date, task.is_archived, task.assignee_ids)
    return (task.task_id, task.team_id, task.creator_id, one.at, *state, one.sequence)


def _job_row(job: JobIs, one: News) -> tuple[Any, ...]:
    times = (one.at if job.is_begin else None, one.at if job.is_end else None)
    return (job.job_id, job.owner_id, job.handler, job.status, *times, job.attempts, job.milliseconds, one.sequence)
