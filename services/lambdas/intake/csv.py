"""Taking a CSV file in: looked at before it is kept."""

import io
import re
import unicodedata
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from pathlib import PurePosixPath

from csvcleaning import BadTable, Table
from services.lambdas.storage import MOST_ROW_BYTES, Files

#: The largest file that is looked at.
MOST_BYTES = 6_000_000
MEDIA_TYPES = frozenset({"text/csv", "application/csv", "application/vnd.ms-excel"})
#: What comes in lies here; only from here are rows made.
UPLOADS = "uploads/"


class Refusal(Exception):
    """A file that is not taken in; the message says why."""

    def __init__(self, status: HTTPStatus, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.code = status, code


@dataclass(frozen=True)
class Taken:
    """A file that was taken in."""

    key: str
    size: int
    sha256: str
    columns: list[str]


def take_in(files: Files, *, name: str, media_type: str, body: bytes, most_bytes: int = MOST_BYTES) -> Taken:
    """Check a file and keep it. The same file under the same name is kept once: its key says what is in it."""
    if len(body) > most_bytes:
        raise too_large(most_bytes)
    if not name.lower().endswith(".csv"):
        raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_csv", "Only files whose name ends in .csv are taken.")
    if media_type not in MEDIA_TYPES:
        detail = f"Only CSV is taken: send the file as {max(MEDIA_TYPES)}."
        raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_csv", detail)
    columns = _columns(body)
    digest = sha256(body).hexdigest()
    key = f"{UPLOADS}{digest[:32]}/{safe_name(name)}"
    files.put(key, body, media_type="text/csv")
    return Taken(key, len(body), digest, columns)


def too_large(most_bytes: int) -> Refusal:
    """How a file of more bytes is refused."""
    detail = f"This file is too large: at most {most_bytes / 1_000_000:g} MB."
    return Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", detail)


def safe_name(name: str) -> str:
    """A name for a key: letters, digits, dots, lines; no folder, and nothing that a shell or a browser would read."""
    plain = unicodedata.normalize("NFKD", PurePosixPath(name.replace("\\", "/")).name)
    ascii_only = plain.encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9_]+", "-", ascii_only.removesuffix(".csv")).strip("-")
    return f"{stem[:80] or 'table'}.csv"


def _columns(body: bytes) -> list[str]:
    try:
        with Table(io.BytesIO(body), most_bytes=MOST_ROW_BYTES) as table:
            columns = table.columns
            for _portion in table.portions():
                pass  # A file that cannot be read to its end is not kept.
    except BadTable as problem:
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, problem.code, str(problem)) from None
    return columns
