"""A backup of an installation in one file, and an installation from a backup.

It holds the database, what insights knows, the numbers of statistics, uploads and keys. The database is dumped first,
in one snapshot; files that a row names are removed an hour after the row at the earliest, so that all of them are found
afterwards. What lies elsewhere (a bucket, a table in DynamoDB) is not in it, and the backup says so.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import click

from innotter.cli.errors import CannotStart
from innotter.cli.place import data_dir, servers_running
from innotter.cli.servers import PrivateServers
from innotter.cli.up import insights_database, is_running
from innotter.config.data_dir import DataDir
from innotter.config.keys import SECRET_KEYS, TOKEN_KEYS

#: Goes up when a backup of before can no longer be read.
FORMAT = 1
KEYS = (SECRET_KEYS, TOKEN_KEYS)
DATABASE, INSIGHTS, STATISTICS, MANIFEST = "database.dump", "insights.dump", "statistics.sqlite", "manifest.json"
#: The variables that let a part lie elsewhere, and what is then said of it.
ELSEWHERE = {
    "MEDIA_S3_BUCKET": "uploads lie in a bucket",
    "STATS_DYNAMODB_TABLE": "statistics lie in DynamoDB",
    "STATISTICS_URL": "statistics are counted elsewhere",
    "INSIGHTS_URL": "insights are kept elsewhere",
}


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path | None) -> None:
    """Write everything into one file; Innotter may run meanwhile."""
    place = data_dir()
    target = file or Path(f"innotter-{datetime.now(UTC):%Y-%m-%d-%H%M%S}.tar.gz")
    if target.exists():
        raise CannotStart(f"{target} is there already. Choose another name.")
    with servers_running(), tempfile.TemporaryDirectory(dir=place.root) as folder:
        parts = list(_parts(place, Path(folder)))
        draft = target.with_name(f"{target.name}.part")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)  # It holds keys.
        with os.fdopen(descriptor, "wb") as out, tarfile.open(fileobj=out, mode="w:gz") as archive:
            for path, name in [*parts, _manifest(Path(folder))]:
                archive.add(path, name)
        draft.rename(target)
    click.echo(f"Written to {target} ({target.stat().st_size // 1000} kB). It holds the keys: let nobody else read it.")
    for said in _elsewhere():
        click.echo(f"Not in it: {said}.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Make an installation from a backup, in a data folder and a database that are empty."""
    place = data_dir()
    if is_running(place):
        raise CannotStart(f"Innotter runs on {place.root}. Stop it, or choose another DATA_DIR.")
    if place.media.exists() or any((place.root / name).exists() for name in KEYS):
        raise CannotStart(f"{place.root} is not empty. Choose another DATA_DIR: nothing is written over.")
    place.make()
    with tempfile.TemporaryDirectory(dir=place.root) as name:
        folder = Path(name)
        about = _unpacked(file, folder)
        with servers_running():
            for dump, address in ((DATABASE, _database(place)), (INSIGHTS, insights_database(place))):
                if (folder / dump).exists():
                    _load(place, folder / dump, address, is_insights=dump == INSIGHTS)
            _put_files(place, folder)
            _migrate()
    click.echo(f"{place.root} is as it was on {about['created_at']}. Start it: innotter up")


def _parts(place: DataDir, folder: Path) -> Iterator[tuple[Path, str]]:
    """What belongs into the archive, each with its name there."""
    yield _dumped(place, folder / DATABASE, _database(place), "--exclude-schema=insights"), DATABASE
    if "INSIGHTS_URL" not in os.environ and _has_insights(place):
        yield _dumped(place, folder / INSIGHTS, insights_database(place), "--schema=insights"), INSIGHTS
    numbers = place.root / STATISTICS
    if numbers.exists():
        with closing(sqlite3.connect(numbers)) as source, closing(sqlite3.connect(folder / STATISTICS)) as copy:
            source.backup(copy)
        yield folder / STATISTICS, STATISTICS
    for name in (*KEYS, "media", "csv"):
        if (place.root / name).exists():
            yield place.root / name, name


def _has_insights(place: DataDir) -> bool:
    """Not before the first start."""
    query = "SELECT count(*) FROM pg_namespace WHERE nspname = 'insights'"
    return _asked(place, insights_database(place), query) != "0"


def _asked(place: DataDir, address: str, query: str) -> str:
    return _run(place, "psql", "-X", "-Atc", query, address=address).strip()


def _manifest(folder: Path) -> tuple[Path, str]:
    about = {"format": FORMAT, "version": version("innotter"), "created_at": datetime.now(UTC).isoformat()}
    (folder / MANIFEST).write_text(json.dumps(about | {"elsewhere": _elsewhere()}, indent=2))
    return folder / MANIFEST, MANIFEST


def _elsewhere() -> list[str]:
    return [said for name, said in ELSEWHERE.items() if os.environ.get(name)]


def _unpacked(file: Path, folder: Path) -> dict[str, Any]:
    """Unpack an archive; refuses what is none of ours."""
    try:
        with tarfile.open(file, "r:gz") as archive:
            archive.extractall(folder, filter="data")
        about: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    except (tarfile.TarError, OSError, ValueError):
        raise CannotStart(f"{file} is not a backup of Innotter, or not a whole one.") from None
    if about.get("format") != FORMAT:
        raise CannotStart(f"{file} was written by another version of Innotter ({about.get('version')}). Use that one.")
    return about


def _database(place: DataDir) -> str:
    return os.environ.get("DATABASE_URL") or f"postgresql://innotter@/innotter?host={place.sockets}"


def _dumped(place: DataDir, path: Path, address: str, which: str) -> Path:
    flags = ["--format=custom", "--no-owner", "--no-acl", which, f"--file={path}"]
    _run(place, "pg_dump", *flags, address=address)
    return path


def _load(place: DataDir, dump: Path, address: str, *, is_insights: bool) -> None:
    schema = "insights" if is_insights else "public"
    query = f"SELECT count(*) FROM pg_tables WHERE schemaname = '{schema}'"  # noqa: S608 - one of two words of ours
    if _asked(place, address, query) != "0":
        where = urlsplit(address).path.lstrip("/")
        raise CannotStart(f"The database {where} is not empty. Nothing is written over: give an empty one.")
    flags = ["--no-owner", "--no-acl", "--exit-on-error", "--single-transaction"]
    _run(place, "pg_restore", *flags, str(dump), address=address)


def _put_files(place: DataDir, folder: Path) -> None:
    for name in (*KEYS, "media", "csv", STATISTICS):
        if (folder / name).exists():
            (folder / name).rename(place.root / name)


def _migrate() -> None:
    """An older backup is brought to the state that this version needs."""
    for command in (["django", "migrate", "--no-input", "--verbosity", "0"], ["services.insights", "migrate"]):
        if command[0] == "django" or "INSIGHTS_URL" not in os.environ:
            known = {"INSIGHTS_DATABASE_URL": insights_database(data_dir())}
            subprocess.run([sys.executable, "-m", *command], check=True, env=os.environ | known)


def _run(place: DataDir, program: str, *flags: str, address: str) -> str:
    """Run one of PostgreSQL's programs on a database; gives what it says.

    The password goes by the environment: a command line can be read by everybody on the machine.
    """
    parts = urlsplit(address)
    known = {"PGPASSWORD": unquote(parts.password)} if parts.password else {}
    who, _at, where = parts.netloc.rpartition("@")
    open_part = f"{who.partition(':')[0]}@{where}" if who else where
    command = [PrivateServers(place).program(program), *flags, f"--dbname={parts._replace(netloc=open_part).geturl()}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | known)
    if done.returncode:
        raise CannotStart(f"{program} failed:\n{done.stderr.strip()}")
    return done.stdout
