"""csv_ingest: an event of S3 → rows in DynamoDB and a summary, or the file put aside with the reason."""

import io
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from os import environ
from tempfile import TemporaryFile
from typing import IO, Any
from urllib.parse import unquote_plus

from csvcleaning import BadTable, Cleaner
from csvcleaning import Table as CsvTable
from services.lambdas.ingest.cleaning import Types, converted
from services.lambdas.intake.csv import UPLOADS
from services.lambdas.storage import MOST_ROW_BYTES, Bucket, Files, Item, Rows, Table

logger = logging.getLogger(__name__)

REJECTED = "rejected/"
#: A name that a row's own columns do not have: they are kept together.
SUMMARY, VALUES = "SUMMARY", "values"
MOST_ROWS = 999_999_999


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Make rows of each file that the event tells of; one that fails has all of the event tried again."""
    keys = [unquote_plus(record["s3"]["object"]["key"]) for record in event["Records"]]
    files, rows = _places(event["Records"][0]["s3"]["bucket"]["name"], environ["CSV_TABLE"])
    return {"files": [ingest(files, rows, key) for key in keys if key.startswith(UPLOADS)]}


@cache
def _places(bucket: str, table: str) -> tuple[Bucket, Table]:
    return Bucket(bucket), Table(table)


def ingest(files: Files, rows: Rows, key: str) -> Item:
    """Make rows of a file; gives its summary. A file that has been dealt with changes nothing."""
    known = rows.get(pk := f"FILE#{key.removeprefix(UPLOADS)}", SUMMARY)
    upload = files.get(key)
    if upload is None:  # Put aside by an earlier try, or taken away.
        return known or {"pk": pk, "sk": SUMMARY, "status": "gone"}
    if known and known["version"] == upload.version:
        _put_aside(files, key, known)  # It is still there: put again, or an earlier try ended before.
        return known
    with TemporaryFile() as file:
        _copy(upload.body, file)
        try:
            summary = {"status": "done", **_write(rows, pk, file)}
        except BadTable as problem:
            summary = {"status": "rejected", "reason": str(problem)}
    summary = {"pk": pk, "sk": SUMMARY, "version": upload.version, "at": datetime.now(UTC).isoformat(), **summary}
    # Of a file with other rows under the same key, or of an earlier try, nothing is left behind the last.
    rows.drop(pk, first=_place(summary.get("written", 0) + 1), last=_place(MOST_ROWS))
    # The summary last: while it is not there, a second try does the same again.
    rows.write(iter([summary]))
    _put_aside(files, key, summary)
    return summary


def _put_aside(files: Files, key: str, summary: Item) -> None:
    """Move a file that is no table to those that were rejected, with the reason."""
    if summary["status"] == "rejected":
        logger.warning("%s is no table: %s", key, summary["reason"])
        files.move(key, f"{REJECTED}{key.removeprefix(UPLOADS)}", reason=str(summary["reason"]))


def _write(rows: Rows, pk: str, file: IO[bytes]) -> Item:
    """Look through the file twice: for the types of its columns, and to write its rows. Gives what was found."""
    file.seek(0)
    with CsvTable(file, most_bytes=MOST_ROW_BYTES) as table:
        cleaner, types = Cleaner(table), Types(table.columns)
        for portion in cleaner.portions():
            types.look_at(portion)
    found = types.found()
    file.seek(0)
    with CsvTable(file, most_bytes=MOST_ROW_BYTES) as table:
        written = rows.write(_items(Cleaner(table), pk, found))
    return cleaner.report() | {"types": found, "written": written}


def _items(cleaner: Cleaner, pk: str, types: dict[str, str]) -> Iterator[Item]:
    number = 0
    for portion in cleaner.portions():
        for values in converted(portion, types):
            number += 1
            yield {"pk": pk, "sk": _place(number), VALUES: values}


def _place(number: int) -> str:
    return f"ROW#{number:09}"


def _copy(body: IO[bytes], file: IO[bytes]) -> None:
    while piece := body.read(io.DEFAULT_BUFFER_SIZE * 16):
        file.write(piece)
    body.close()
