"""A backup of an installation in one file, and an installation from a backup.

It holds the database, what insights knows, the numbers of statistics, uploads and keys. What the services know is
copied first, so that it is never of events that the database does not have; what they lack is sent to them again after
a restore. Then the database is dumped, in one snapshot; files that a row names are removed an hour after the row at the
earliest, so that all of them are found afterwards. What lies elsewhere (a bucket, a table in DynamoDB) is not in it,
and the backup says so.
"""

import errno
import gzip
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import click
import psycopg

from innotter.cli.errors import CannotStart
from innotter.cli.lock import is_running
from innotter.cli.packing import Packer, copied
from innotter.cli.place import data_dir, installation, servers_running
from innotter.cli.programs import insights_database
from innotter.cli.servers import PrivateServers
from innotter.config.client_tools import SECONDS, NoTools, folder_for
from innotter.config.data_dir import DataDir
from innotter.config.keys import SECRET_KEYS, TOKEN_KEYS

#: Goes up when a backup of before can no longer be read.
FORMAT = 1
KEYS = (SECRET_KEYS, TOKEN_KEYS)
DATABASE, INSIGHTS, STATISTICS, MANIFEST = "database.dump", "insights.dump", "statistics.sqlite", "manifest.json"
#: Files of the data folder, by their names in the archive.
FILES = (*KEYS, "media", "csv", STATISTICS)
#: The rows of tables: a SQLite file, and what SQLite keeps beside such a file while it is written.
ROWS = "csv/rows.sqlite"
BESIDE = ("-wal", "-shm", "-journal")
#: The variables that let a part lie elsewhere, and what is then said of it.
ELSEWHERE = {
    "MEDIA_S3_BUCKET": "uploads lie in a bucket",
    "STATS_DYNAMODB_TABLE": "statistics lie in DynamoDB",
    "STATISTICS_URL": "statistics are counted elsewhere",
    "INSIGHTS_URL": "insights are kept elsewhere",
}
#: What knows of events outside of the backup: it may know more than has happened now.
KNOWN_ELSEWHERE = {
    "STATS_DYNAMODB_TABLE": "innotter stats replay",
    "STATISTICS_URL": "innotter stats replay",
    "INSIGHTS_URL": "innotter insights replay",
}


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--overwrite", is_flag=True, help="Put it in the place of a file that is there.")
def backup(file: Path | None, *, overwrite: bool) -> None:
    """Write everything into one file; Innotter may run meanwhile."""
    place = installation()
    target = file or Path(f"innotter-{datetime.now(UTC):%Y-%m-%d-%H%M%S}.tar.gz")
    if not overwrite and os.path.lexists(target):
        raise CannotStart(f"{target} is there already. Choose another name, or say --overwrite.")
    _require_links_that_lead_somewhere(place)
    with servers_running(), tempfile.TemporaryDirectory(dir=place.root) as folder:
        parts = [*_parts(place, Path(folder)), _manifest(Path(folder))]
        with _written(target, overwrite=overwrite) as draft, tarfile.open(draft, mode="w:gz") as archive:
            packer = Packer(archive, without=[ROWS + end for end in ("", *BESIDE)])
            for path, name in parts:
                packer.put(path, name)
            if (place.root / ROWS).exists():
                Packer(archive).put(copied(place.root / ROWS, Path(folder) / "rows.sqlite"), ROWS)
    click.echo(f"Written to {target} ({target.stat().st_size // 1000} kB). It holds the keys: let nobody else read it.")
    for path in packer.left_out:
        click.echo(f"Not in it: {path}, a link that leads nowhere.")
    for said in _elsewhere():
        click.echo(f"Not in it: {said}.")


def _require_links_that_lead_somewhere(place: DataDir) -> None:
    for path in (place.root / name for name in (*FILES, ROWS)):
        if path.is_symlink() and not path.exists():
            raise CannotStart(f"{path} is a link that leads nowhere: let it lead to what it stands for, or remove it.")


@contextmanager
def _written(target: Path, *, overwrite: bool) -> Iterator[Path]:
    """A new file, readable by its owner alone, that takes the target's place when it is whole.

    It holds keys: nothing is written through a link, and into no file that somebody else has put there.
    """
    try:
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f"{target.name}.", suffix=".part")
        os.close(descriptor)
        draft = Path(name)
        try:
            yield draft
            if not overwrite:
                os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    except FileExistsError:
        raise CannotStart(f"{target} has come into being meanwhile. Choose another name.") from None
    except OSError as error:
        raise CannotStart(f"{target} cannot be written: {error.strerror or error}.") from None


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Make an installation from a backup, in a data folder and a database that are empty."""
    place = data_dir()
    if is_running(place):
        raise CannotStart(f"Innotter runs on {place.root}. Stop it, or choose another DATA_DIR.")
    if there := [name for name in (*FILES, *(STATISTICS + end for end in BESIDE)) if _is_taken(place.root / name)]:
        raise CannotStart(
            f"{place.root} is not empty: it holds {', '.join(there)}. Choose another DATA_DIR: nothing is written over."
        )
    place.make()
    with tempfile.TemporaryDirectory(dir=place.root) as name:
        folder = Path(name)
        about = _unpacked(file, folder)
        with servers_running(place):
            for dump, address in ((DATABASE, _database(place)), (INSIGHTS, insights_database(place))):
                if (folder / dump).exists():
                    _load(place, folder / dump, address, is_insights=dump == INSIGHTS)
            _put_files(place, folder)
            _migrate()
    click.echo(f"{place.root} is as it was on {about['created_at']}. Start it: innotter up")
    for name, command in KNOWN_ELSEWHERE.items():
        if os.environ.get(name):
            click.echo(f"Note that {ELSEWHERE[name]}: empty that store, which may know more, then: {command}")


def _is_taken(path: Path) -> bool:
    """Whether something stands where a part of the backup will lie; an empty folder does not."""
    if path.is_dir() and not path.is_symlink():
        return any(path.iterdir())
    return os.path.lexists(path)


def _parts(place: DataDir, folder: Path) -> Iterator[tuple[Path, str]]:
    """What belongs into the archive, each with its name there. What the services know comes first."""
    if "INSIGHTS_URL" not in os.environ and _has_insights(place):
        yield _dumped(place, folder / INSIGHTS, insights_database(place), "--schema=insights"), INSIGHTS
    numbers = place.root / STATISTICS
    if numbers.exists():
        yield copied(numbers, folder / STATISTICS), STATISTICS
    yield _dumped(place, folder / DATABASE, _database(place), "--exclude-schema=insights"), DATABASE
    for name in (*KEYS, "media", "csv"):
        if (place.root / name).exists():
            yield place.root / name, name


def _has_insights(place: DataDir) -> bool:
    """Not before the first start."""
    query = "SELECT count(*) FROM pg_namespace WHERE nspname = 'insights'"
    return bool(_count(insights_database(place), query))


def _count(address: str, query: str) -> int:
    try:
        with psycopg.connect(address, connect_timeout=SECONDS) as connection:
            row = connection.execute(query.encode()).fetchone()
    except psycopg.Error as error:
        raise CannotStart(f"The database cannot be asked: {str(error).strip()}") from None
    return int(row[0]) if row else 0


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
            archive.extractall(folder, filter=_for_us_alone)  # noqa: S202 - the filter is that of Python, and more
        about: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, FileNotFoundError, ValueError):
        raise CannotStart(f"{file} is not a backup of Innotter, or not a whole one.") from None
    except OSError as error:
        raise CannotStart(_why_not_unpacked(file, folder.parent, error)) from None
    if about.get("format") != FORMAT:
        raise CannotStart(f"{file} was written by another version of Innotter ({about.get('version')}). Use that one.")
    return about


def _why_not_unpacked(file: Path, root: Path, error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"There is no room for {file} in {root}. Make some, or choose another DATA_DIR, and restore again."
    return f"{file} cannot be unpacked into {root}: {error.strerror or error}."


def _for_us_alone(member: tarfile.TarInfo, path: str) -> tarfile.TarInfo:
    """A member that lies where it may, and is the owner's alone: older backups hold files that were everybody's."""
    safe = tarfile.data_filter(member, path)
    return safe.replace(mode=0o700 if safe.isdir() else 0o600, deep=False)


def _database(place: DataDir) -> str:
    return os.environ.get("DATABASE_URL") or f"postgresql://innotter@/innotter?host={place.sockets}"


def _dumped(place: DataDir, path: Path, address: str, which: str) -> Path:
    flags = ["--format=custom", "--no-owner", "--no-acl", which, f"--file={path}"]
    _run(place, "pg_dump", *flags, address=address)
    return path


def _load(place: DataDir, dump: Path, address: str, *, is_insights: bool) -> None:
    schema = "insights" if is_insights else "public"
    query = f"SELECT count(*) FROM pg_tables WHERE schemaname = '{schema}'"
    if _count(address, query):
        where = urlsplit(address).path.lstrip("/")
        raise CannotStart(f"The database {where} is not empty. Nothing is written over: give an empty one.")
    flags = ["--no-owner", "--no-acl", "--exit-on-error", "--single-transaction"]
    _run(place, "pg_restore", *flags, str(dump), address=address)


def _put_files(place: DataDir, folder: Path) -> None:
    for name in FILES:
        if (folder / name).exists():
            (folder / name).rename(place.root / name)


def _migrate() -> None:
    """An older backup is brought to the state that this version needs, and what happens from now on is new."""
    django = [["django", "migrate", "--no-input", "--verbosity", "0"], ["django", "beginhistory"]]
    for command in (*django, ["services.insights", "migrate"]):
        if command[0] == "django" or "INSIGHTS_URL" not in os.environ:
            known = {"INSIGHTS_DATABASE_URL": insights_database(data_dir())}
            subprocess.run([sys.executable, "-m", *command], check=True, env=os.environ | known)


def _program(place: DataDir, name: str, address: str) -> str:
    """Where one of PostgreSQL's programs lies: ours for our own server, for others one that fits."""
    if str(place.sockets) in unquote(address):
        return PrivateServers(place).program(name)
    try:
        return str(folder_for(address) / name)
    except NoTools as advice:
        raise CannotStart(str(advice)) from None


def _run(place: DataDir, program: str, *flags: str, address: str) -> str:
    """Run one of PostgreSQL's programs on a database; gives what it says.

    The password goes by the environment: a command line can be read by everybody on the machine.
    """
    parts = urlsplit(address)
    known = {"PGPASSWORD": unquote(parts.password)} if parts.password else {}
    who, _at, where = parts.netloc.rpartition("@")
    open_part = f"{who.partition(':')[0]}@{where}" if who else where
    command = [_program(place, program, address), *flags, f"--dbname={parts._replace(netloc=open_part).geturl()}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | known)
    if done.returncode:
        raise CannotStart(f"{program} failed:\n{done.stderr.strip()}")
    return done.stdout
