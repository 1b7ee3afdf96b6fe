"""A backup of an installation in one file.

It holds the database, what insights knows, the numbers of statistics, uploads and keys. What the services know is
copied first, so that it is never of events that the database does not have; what they lack is sent to them again after
a restore. Then the database is dumped, in one snapshot; files that a row names are removed an hour after the row at the
earliest, so that all of them are found afterwards. What lies elsewhere (a bucket, a table in DynamoDB) is not in it,
and the backup says so.
"""

import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click

from innotter.cli.archive import (
    BESIDE,
    DATABASE,
    FILES,
    FOLDERS,
    FORMAT,
    INSIGHTS,
    KEYS,
    MANIFEST,
    OF_THE_DISK,
    ROWS,
    STATISTICS,
    elsewhere,
    place_of,
)
from innotter.cli.dumps import core_database, dumped, has_insights
from innotter.cli.errors import CannotStart, plainly, stoppable
from innotter.cli.packing import Packer, copied
from innotter.cli.place import installation, servers_running
from innotter.cli.programs import insights_database
from innotter.config.data_dir import DataDir, sync

#: What lies in the folders and is not packed as it stands there.
LEFT_OUT = [ROWS + end for end in ("", *BESIDE)] + [f"{folder}/{OF_THE_DISK}" for folder in FOLDERS]


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
    room = plainly(place.root, again="A backup needs room there for a while. Then make it again.")
    with stoppable(), room, servers_running(), tempfile.TemporaryDirectory(dir=place.root) as folder:
        parts = [*_parts(place, Path(folder)), _manifest(Path(folder))]
        with _written(target, overwrite=overwrite) as draft, tarfile.open(draft, mode="w:gz") as archive:
            packer = Packer(archive, without=LEFT_OUT)
            for path, name in parts:
                packer.put(path, name)
            if (place.root / ROWS).exists():
                Packer(archive).put(copied(place.root / ROWS, Path(folder) / "rows.sqlite"), ROWS)
    place.last_backup.touch()
    click.echo(f"Written to {target} ({target.stat().st_size // 1000} kB). It holds the keys: let nobody else read it.")
    for path in packer.left_out:
        click.echo(f"Not in it: {path}, a link that leads nowhere.")
    for said in elsewhere():
        click.echo(f"Not in it: {said}.")


def _require_links_that_lead_somewhere(place: DataDir) -> None:
    for path in (place_of(name, place) for name in (*FILES, ROWS)):
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
            # The archive that was there before goes only when this one is on the disk.
            sync(draft)
            _put_in_place(draft, target, overwrite=overwrite)
            sync(target.parent)
        finally:
            draft.unlink(missing_ok=True)
    except FileExistsError:
        raise CannotStart(f"{target} has come into being meanwhile. Choose another name.") from None
    except OSError as error:
        raise CannotStart(f"{target} cannot be written: {error.strerror or error}.") from None


def _put_in_place(draft: Path, target: Path, *, overwrite: bool) -> None:
    if overwrite:
        draft.replace(target)
        return
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
    try:
        draft.replace(target)
    except BaseException:
        target.unlink()  # It holds the place, and nothing else.
        raise


def _parts(place: DataDir, folder: Path) -> Iterator[tuple[Path, str]]:
    """What belongs into the archive, each with its name there. What the services know comes first."""
    if "INSIGHTS_URL" not in os.environ and has_insights(insights_database(place)):
        yield dumped(place, folder / INSIGHTS, insights_database(place), "--schema=insights"), INSIGHTS
    numbers = place_of(STATISTICS, place)
    if numbers.exists():
        yield copied(numbers, folder / STATISTICS), STATISTICS
    yield dumped(place, folder / DATABASE, core_database(place), "--exclude-schema=insights"), DATABASE
    for name in (*KEYS, *FOLDERS):
        if (place.root / name).exists():
            yield place.root / name, name


def _manifest(folder: Path) -> tuple[Path, str]:
    about = {"format": FORMAT, "version": version("innotter"), "created_at": datetime.now(UTC).isoformat()}
    (folder / MANIFEST).write_text(json.dumps(about | {"elsewhere": elsewhere()}, indent=2))
    return folder / MANIFEST, MANIFEST
