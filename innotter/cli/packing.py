"""Putting files into an archive while the product works on them."""

import errno
import sqlite3
import stat
import tarfile
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from innotter.cli.errors import CannotStart

_NOT_THERE = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}


class Packer:
    """Puts files into an archive as what they are: of a link, that to which it leads.

    A file that goes meanwhile is left out: no row names it any more. A link that leads nowhere is noted.
    """

    def __init__(self, archive: tarfile.TarFile, *, without: Collection[str] = ()) -> None:
        self.archive = archive
        self.archive.dereference = True
        self.without = without
        self.left_out: list[Path] = []

    def put(self, path: Path, name: str, above: frozenset[Path] = frozenset()) -> None:
        """Put a file, or a folder with all that lies in it, under a name."""
        if name in self.without:
            return
        try:
            mode = path.stat().st_mode
            if stat.S_ISDIR(mode):
                info, inside, here = self.archive.gettarinfo(path, name), sorted(path.iterdir()), path.resolve()
            source = path.open("rb") if stat.S_ISREG(mode) else None
        except OSError as error:
            self._leave_out(path, error)
            return
        if source:
            with source:
                self.archive.addfile(self.archive.gettarinfo(arcname=name, fileobj=source), source)
        elif stat.S_ISDIR(mode) and here not in above:
            self.archive.addfile(info)
            for one in inside:
                self.put(one, f"{name}/{one.name}", above | {here})

    def _leave_out(self, path: Path, error: OSError) -> None:
        if error.errno not in _NOT_THERE:
            raise CannotStart(f"{path} cannot be read: {error.strerror or error}.") from None
        if path.is_symlink():
            self.left_out.append(path)


def copied(source: Path, target: Path) -> Path:
    """A copy of a SQLite file as it is at one moment, whoever writes into it."""
    try:
        with closing(sqlite3.connect(source)) as now, closing(sqlite3.connect(target)) as copy:
            now.backup(copy)
    except sqlite3.Error as error:
        raise CannotStart(f"{source} cannot be copied: {error}.") from None
    return target
