"""Reports: asked for, made in the background, kept, and handed out as JSON, CSV or HTML."""

import csv
import io
import json
import logging
import re
import threading
import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape
from psycopg import Connection
from psycopg.types.json import Json

from services.insights import queries
from services.insights.schemas import ReportWish
from services.insights.store import Row, Store
from services.insights.words import WORDS

logger = logging.getLogger(__name__)

#: A report is given up after this many attempts.
MOST_ATTEMPTS = 3
#: Reports of one person that may wait at a time, and that are listed.
MOST_WAITING, MOST_LISTED = 10, 50
#: How often the writer looks by itself, in seconds.
PAUSE_SECONDS = 5.0

_templates = Environment(
    loader=PackageLoader("services.insights"), autoescape=select_autoescape(default=True), trim_blocks=True
)
#: What a spreadsheet would take for a formula: full-width signs too, and behind blanks, which some of them drop.
_FORMULA = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")
_SHOWN = 'id, team_id AS team, requested_by, since AS "from", until AS "to", status, created_at, finished_at'

#: The one that has waited longest and that nobody makes. It is taken by a lock beside the row, which leaves that free
#: for the note that an attempt begins. (OFFSET: else all that wait would be locked before they are put in order.)
_NEXT = """
    SELECT id FROM (SELECT id FROM reports WHERE status = 'waiting' ORDER BY created_at OFFSET 0) AS waiting
    WHERE pg_try_advisory_xact_lock(hashtextextended(id::text, 0)) LIMIT 1
"""
#: Unless it is done by now, or one of an earlier version makes it, who holds the row.
_BEGIN = """
    UPDATE reports SET attempts = attempts + 1 WHERE id = (
        SELECT id FROM reports WHERE id = %(id)s AND status = 'waiting' FOR UPDATE SKIP LOCKED
    ) RETURNING id, team_id, since, until, attempts
"""
_GIVEN_UP = "UPDATE reports SET status = 'failed', finished_at = now() WHERE id = %s"

#: Nobody looks at more, and each is some kilobytes: of one person's reports the oldest go.
MOST_KEPT = 100
_WITHOUT_OLD = """
    DELETE FROM reports WHERE id IN (
        SELECT id FROM reports WHERE requested_by = %s AND status <> 'waiting' ORDER BY created_at DESC OFFSET %s
    )
"""


class TooMany(Exception):
    """Somebody has enough reports waiting."""


def ask_for(store: Store, *, user: int, wish: ReportWish) -> Row:
    """Note that somebody wants a report."""
    with store.connection() as connection:
        # Of two that somebody asks for at the same moment, the second is counted with the first.
        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('reports', %s))", [user])
        query = "SELECT count(*) FROM reports WHERE requested_by = %s AND status = 'waiting'"
        if (connection.execute(query, [user]).fetchone() or {"count": 0})["count"] >= MOST_WAITING:
            raise TooMany
        connection.execute(_WITHOUT_OLD, [user, MOST_KEPT - 1])
        connection.execute(
            "INSERT INTO reports (id, team_id, requested_by, since, until, labels, status) "
            "VALUES (%s, %s, %s, %s, %s, %s, 'waiting')",
            [
                report := uuid.uuid4(),
                wish.team,
                user,
                wish.since,
                wish.until,
                Json(wish.labels.model_dump(mode="json")),
            ],
        )
    return one(store, report=report, teams=[wish.team]) or {}


def listed(store: Store, teams: list[int]) -> list[Row]:
    """The newest reports about these teams."""
    query = f"SELECT {_SHOWN} FROM reports WHERE team_id = ANY(%(teams)s) ORDER BY created_at DESC LIMIT %(most)s"
    return store.rows(query, {"teams": teams, "most": MOST_LISTED})


def one(store: Store, *, report: uuid.UUID, teams: list[int]) -> Row | None:
    """A report about one of these teams, with its content once that is there."""
    query = f"SELECT {_SHOWN}, labels, content FROM reports WHERE id = %(id)s AND team_id = ANY(%(teams)s)"
    found = store.rows(query, {"id": report, "teams": teams})
    return found[0] if found else None


def make_next(store: Store) -> bool:
    """Make the report that has waited longest; False when none waits, or it could not be made.

    It is held while it is made: who dies over it leaves it to the next. That an attempt begins is noted before, so that
    one which fails again and again is given up, also where it takes the process with it each time.
    """
    with store.connection() as connection:
        found = connection.execute(_NEXT).fetchone()
        row = _begun(store, found) if found else None
        if row is None:
            return False
        if row["attempts"] > MOST_ATTEMPTS:
            logger.error("Report %s is given up: whoever made it has died %d times", row["id"], MOST_ATTEMPTS)
            connection.execute(_GIVEN_UP, [row["id"]])
            return True
        return _make(store, connection, row)


def _begun(store: Store, found: Row) -> Row | None:
    """The report, once it is noted, whatever comes of it, that an attempt begins."""
    with store.connection() as connection:
        return connection.execute(_BEGIN, found).fetchone()


def _make(store: Store, connection: Connection[Row], row: Row) -> bool:
    try:
        content = queries.team(store, row["team_id"], row["since"], row["until"])
    except Exception:  # Whatever went wrong may go right the next time.
        logger.exception("Report %s could not be made", row["id"])
        if row["attempts"] >= MOST_ATTEMPTS:
            connection.execute(_GIVEN_UP, [row["id"]])
        return False
    query = "UPDATE reports SET status = 'done', finished_at = now(), content = %s WHERE id = %s"
    connection.execute(query, [Json(content, dumps=_dumped), row["id"]])
    return True


class Writer(threading.Thread):
    """Makes reports as they are asked for, one after the other."""

    def __init__(self, store: Store) -> None:
        super().__init__(name="reports", daemon=True)
        self._store = store
        self._stopping, self._asked = threading.Event(), threading.Event()

    def wake(self) -> None:
        """There may be one to make."""
        self._asked.set()

    def run(self) -> None:
        while not self._stopping.is_set():
            self._asked.clear()
            try:
                while make_next(self._store) and not self._stopping.is_set():
                    pass
            except Exception as error:  # noqa: BLE001 - a database that is away is asked again
                logger.warning("Reports wait: %s", error)
            self._asked.wait(PAUSE_SECONDS)

    def stop(self) -> None:
        """Finish the one that is being made, and end."""
        self._stopping.set()
        self._asked.set()
        self.join(10)


def as_json(report: Row) -> str:
    """All of it, for programs."""
    return _dumped({**report, "id": str(report["id"])}, indent=2)


def as_csv(report: Row) -> str:
    """A table of single values: section, of what or whom, measure, value."""
    out = io.StringIO()
    out.write("\ufeff")  # Without it a spreadsheet takes names in other scripts for something else.
    rows = csv.writer(out)
    rows.writerow(["section", "name", "measure", "value"])
    rows.writerows([[_harmless(cell) for cell in row] for row in _cells(report)])
    return out.getvalue()


def as_html(report: Row) -> str:
    """A page of its own, to read, print and send on."""
    language = report["labels"].get("language", "en")
    words = {"language": language, "words": WORDS[language], "name_of": _names(report)}
    return _templates.get_template("report.html").render(report=report, **report["content"], **words)


FORMATS = {
    "json": (as_json, "application/json"),
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "html": (as_html, "text/html; charset=utf-8"),
}


def _cells(report: Row) -> Iterator[list[Any]]:
    content, name_of = report["content"], _names(report)
    yield ["throughput", "", "done", content["throughput"]["done"]]
    yield ["throughput", "", "per_week", content["throughput"]["per_week"]]
    for measure, value in content["cycle_time_hours"].items():
        yield ["cycle_time_hours", "", measure, value]
    for measure, value in content["overdue"].items():
        yield ["overdue", "", measure, value]
    for day, left in zip(content["throughput"]["days"], content["burn_down"], strict=True):
        for measure, value in (("created", day["created"]), ("done", day["done"]), ("open", left["open"])):
            yield ["days", day["date"], measure, value]
    for row in content["people"]:
        for measure in ("done", "open", "overdue", "median_cycle_hours"):
            yield ["people", name_of(row["user"]), measure, row[measure]]


def _names(report: Row) -> Any:
    people = report["labels"].get("people", {})
    return lambda user: people.get(str(user)) or f"#{user}"


def _harmless(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula is marked as a text."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def _dumped(value: Any, **options: Any) -> str:
    return json.dumps(value, default=_written, ensure_ascii=False, **options)


def _written(value: Any) -> Any:
    if isinstance(value, date):  # A time is a date, too.
        return value.isoformat()
    return float(value)
