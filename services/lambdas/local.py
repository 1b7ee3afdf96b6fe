"""The same on one machine: files in a folder, rows in a SQLite file, and a command that does both steps at once."""

import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from os import environ
from pathlib import Path

from services.lambdas.ingest.handler import ingest
from services.lambdas.intake.csv import Refusal, take_in
from services.lambdas.storage import AWAY, Bucket, Files, Item, Rows, Table, Upload


class Folder:
    """Files in a folder; their keys are paths in it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, key: str, body: bytes, *, media_type: str) -> None:
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)

    def get(self, key: str) -> Upload | None:
        path = self.root / key
        if not path.is_file():
            return None
        with path.open("rb") as file:
            version = sha256(file.read()).hexdigest()
        return Upload(key, version, path.open("rb"))

    def move(self, key: str, to: str, *, reason: str) -> None:
        self.put(f"{to}.reason.json", json.dumps({"reason": reason}).encode(), media_type="application/json")
        (self.root / key).rename(self.root / to)


class SqliteRows:
    """Rows in a file, each as JSON."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        with closing(self._connection()) as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS rows (pk TEXT, sk TEXT, item TEXT NOT NULL, PRIMARY KEY (pk, sk))"
            )

    def get(self, pk: str, sk: str) -> Item | None:
        with closing(self._connection()) as connection:
            row = connection.execute("SELECT item FROM rows WHERE pk = ? AND sk = ?", [pk, sk]).fetchone()
        return dict(json.loads(row[0])) if row else None

    def write(self, items: Iterator[Item]) -> int:
        with closing(self._connection()) as connection, connection:
            rows = ((item["pk"], item["sk"], json.dumps(item, default=str, ensure_ascii=False)) for item in items)
            return connection.executemany("INSERT OR REPLACE INTO rows VALUES (?, ?, ?)", rows).rowcount

    def drop(self, pk: str, *, first: str, last: str) -> None:
        with closing(self._connection()) as connection, connection:
            connection.execute("DELETE FROM rows WHERE pk = ? AND sk BETWEEN ? AND ?", [pk, first, last])

    def _connection(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=10)


def storage() -> tuple[Files, Rows]:
    """S3 and DynamoDB where they are set, else a folder and a file in `DATA_DIR`."""
    if environ.get("CSV_BUCKET") and environ.get("CSV_TABLE"):
        return Bucket(environ["CSV_BUCKET"]), Table(environ["CSV_TABLE"])
    folder = Path(environ.get("DATA_DIR") or "data") / "csv"
    return Folder(folder), SqliteRows(folder / "rows.sqlite")


def upload(path: Path) -> int:
    """Take a file in and make rows of it, and say what came of that; gives the exit code."""
    try:
        files, rows = storage()
        taken = take_in(files, name=path.name, media_type="text/csv", body=path.read_bytes())
        summary = ingest(files, rows, taken.key)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except AWAY as error:
        print(
            f"S3 or DynamoDB do not take it: {error} Look at CSV_BUCKET and CSV_TABLE, and try again.", file=sys.stderr
        )
        return 1
    except (OSError, sqlite3.OperationalError) as error:
        print(f"The table cannot be read or kept: {error}. Mend that, and try again.", file=sys.stderr)
        return 1
    print(json.dumps(summary, indent=2, default=str, ensure_ascii=False))
    return 0 if summary["status"] == "done" else 1


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] != "upload":
        sys.exit("Usage: python -m services.lambdas.local upload FILE")
    sys.exit(upload(Path(sys.argv[2])))
