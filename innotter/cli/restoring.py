"""An installation from a backup: all of it, or nothing.

The archive is unpacked and looked at before anything is touched. Then files are put where they belong, and after them
the databases are filled; what fails on the way takes back what was put before it.
"""

import errno
import gzip
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tarfile
import tempfile
import zlib
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any

import click

from innotter.cli import dumps
from innotter.cli.archive import (
    BESIDE,
    DATABASE,
    ELSEWHERE,
    FILES,
    FORMAT,
    INSIGHTS,
    KNOWN_ELSEWHERE,
    MANIFEST,
    OF_THE_DISK,
    ROWS,
    STATISTICS,
    place_of,
)
from innotter.cli.arguments import RegularFile
from innotter.cli.errors import CannotStart, plainly, stoppable
from innotter.cli.lock import is_running
from innotter.cli.place import data_dir, servers_running
from innotter.cli.programs import insights_database
from innotter.config.data_dir import DataDir

NOTHING = "Then restore again: nothing was restored."
#: A folder that cannot be exchanged for another: something is mounted on it, or it lies on another disk.
_FIXED = {errno.EBUSY, errno.EXDEV}
_PORTION = 1 << 20


@click.command()
@click.argument("file", type=RegularFile())
def restore(file: Path) -> None:
    """Make an installation from a backup, in a data folder and a database that are empty."""
    place = data_dir()
    with stoppable(), plainly(place.root, again=NOTHING):
        _require_empty(place)
        place.make()
        with tempfile.TemporaryDirectory(dir=place.root) as name:
            about = _unpacked(file, Path(name))
            with servers_running(place), ExitStack() as undo:
                _require_empty(place, is_ours=True)
                _restore(place, Path(name), undo)
                undo.pop_all()
    click.echo(f"{place.root} is as it was on {about['created_at']}. Start it: innotter up")
    for name, command in KNOWN_ELSEWHERE.items():
        if os.environ.get(name):
            click.echo(f"Note that {ELSEWHERE[name]}: empty that store, which may know more, then: {command}")


def _restore(place: DataDir, folder: Path, undo: ExitStack) -> None:
    """Everything that can be refused is, before the first file is put."""
    databases = [(folder / DATABASE, dumps.core_database(place), "public")]
    if "INSIGHTS_URL" not in os.environ or (folder / INSIGHTS).exists():
        databases.append((folder / INSIGHTS, insights_database(place), "insights"))
    for dump, address, schema in databases:
        dumps.check(place, dump, address, schema=schema)
    before = {address: dumps.what_is_there(address) for _dump, address, _schema in databases}
    for name in FILES:
        if (folder / name).exists():
            target = place_of(name, place)
            with plainly(target, again=NOTHING):
                _put(folder / name, target, undo)
    for address, there in before.items():
        undo.callback(_undone, "what was filled into the database", partial(dumps.take_back, address, before=there))
    for dump, address, _schema in databases:
        dumps.load(place, dump, address)
    _migrate()


def _require_empty(place: DataDir, *, is_ours: bool = False) -> None:
    """Refuse a data folder that is in use, unless we hold it, and one that holds a part of an installation."""
    if not is_ours and is_running(place):
        raise CannotStart(f"Innotter runs on {place.root}. Stop it, or choose another DATA_DIR.")
    names = (*FILES, *(STATISTICS + end for end in BESIDE))
    if there := [name for name in names if _is_taken(place.root / name)]:
        raise CannotStart(
            f"{place.root} is not empty: it holds {', '.join(there)}. Choose another DATA_DIR: nothing is written over."
        )
    numbers = place_of(STATISTICS, place)
    if any(_is_taken(numbers.with_name(numbers.name + end)) for end in ("", *BESIDE)):
        raise CannotStart(f"{numbers} is there already. Choose another STATS_SQLITE_PATH: nothing is written over.")


def _is_taken(path: Path) -> bool:
    """Whether something stands where a part of the backup will lie; an empty folder does not, nor an empty disk."""
    if path.is_dir() and not path.is_symlink():
        return bool({one.name for one in path.iterdir()} - ({OF_THE_DISK} if os.path.ismount(path) else set()))
    return os.path.lexists(path)


def _unpacked(file: Path, folder: Path) -> dict[str, Any]:
    """Unpack an archive; refuses what is none of ours, and what is not whole."""
    try:
        with tarfile.open(file, "r:gz") as archive:
            archive.extractall(folder, filter=_for_us_alone)  # noqa: S202 - the filter is that of Python, and more
            while archive.fileobj and archive.fileobj.read(_PORTION):
                pass  # The checksum of all stands at the very end.
        about = dict(json.loads((folder / MANIFEST).read_text()))
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, FileNotFoundError, ValueError, TypeError):
        raise CannotStart(f"{file} is not a backup of Innotter, or not a whole one.") from None
    if about.get("format") != FORMAT:
        raise CannotStart(f"{file} was written by another version of Innotter ({about.get('version')}). Use that one.")
    if not (folder / DATABASE).exists():
        raise CannotStart(f"{file} is not a whole backup of Innotter: it has no {DATABASE}.")
    for name in (STATISTICS, ROWS):
        if (folder / name).exists() and not _is_sound(folder / name):
            raise CannotStart(f"{name} in {file} is damaged. Nothing was restored: take another backup.")
    return about


def _is_sound(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as kept:
            return bool(kept.execute("PRAGMA quick_check").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False


def _for_us_alone(member: tarfile.TarInfo, path: str) -> tarfile.TarInfo:
    """A member that lies where it may, and is the owner's alone: older backups hold files that were everybody's."""
    safe = tarfile.data_filter(member, path)
    return safe.replace(mode=0o700 if safe.isdir() else 0o600, deep=False)


def _put(source: Path, target: Path, undo: ExitStack) -> None:
    """Put a part in its place. A folder that something is mounted on stays, and is filled."""
    if not target.is_dir():
        _move(source, target, undo)
    elif os.path.ismount(target) or not _exchanged(source, target, undo):
        for one in sorted(source.iterdir()):
            _move(one, target / one.name, undo)


def _exchanged(source: Path, target: Path, undo: ExitStack) -> bool:
    """Put a folder in the place of an empty one; False where that must stay: `ismount` does not see every mount."""
    mode = stat.S_IMODE(target.stat().st_mode)
    try:
        source.rename(target)
    except OSError as error:
        if error.errno not in _FIXED:
            raise
        return False
    undo.callback(_undone, str(target), partial(_empty, target, mode))
    return True


def _empty(folder: Path, mode: int) -> None:
    shutil.rmtree(folder)
    folder.mkdir()
    folder.chmod(mode)


def _move(source: Path, target: Path, undo: ExitStack) -> None:
    undo.callback(_undone, str(target), partial(_remove, target))
    try:
        source.rename(target)
    except OSError as error:
        if error.errno not in _FIXED:
            raise
        _copy(source, target)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        target.mkdir(mode=0o700)
        for one in sorted(source.iterdir()):
            _copy(one, target / one.name)
    else:
        shutil.copyfile(source, target)
        target.chmod(0o600)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _undone(what: str, undo: Callable[[], object]) -> None:
    """Take something back. Where that fails too, the others are taken back all the same."""
    try:
        undo()
    except (OSError, CannotStart) as error:
        click.echo(f"Remove {what} yourself before you restore again: {error}", err=True)


def _migrate() -> None:
    """An older backup is brought to the state that this version needs, and what happens from now on is new."""
    django = [["django", "migrate", "--no-input", "--verbosity", "0"], ["django", "beginhistory"]]
    for command in (*django, ["services.insights", "migrate"]):
        if command[0] == "django" or "INSIGHTS_URL" not in os.environ:
            known = {"INSIGHTS_DATABASE_URL": insights_database(data_dir())}
            if subprocess.run([sys.executable, "-m", *command], check=False, env=os.environ | known).returncode:
                raise CannotStart(
                    "The database could not be brought to the state of this version; the reason is above."
                    " Nothing was restored: use the version that the backup was made with, or a newer one."
                )
