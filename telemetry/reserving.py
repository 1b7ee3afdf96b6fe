"""Prometheus's files of numbers, whose room on the disk is taken before anything is written.

prometheus_client makes a file with holes and writes to it through memory. On a full disk such a write does not fail: it
ends the process (SIGBUS), and the one that is started in its place.
"""

import logging
import mmap
import os
from pathlib import Path
from typing import Any

from prometheus_client import mmap_dict, values

logger = logging.getLogger(__name__)

FIRST_SIZE = 1 << 16
#: What an entry takes beside its key: its length, padding, two numbers.
ENTRY = 32


class ReservedDict(mmap_dict.MmapedDict):
    """Numbers in a file that has all its room. Without any they are in memory, seen by this process alone."""

    _f: Any
    _positions: dict[str, int]

    def __init__(self, filename: str, read_mode: bool = False) -> None:
        if read_mode or _reserved(filename, FIRST_SIZE):
            untyped: Any = super()
            untyped.__init__(filename, read_mode)
            return
        Path(filename).unlink(missing_ok=True)  # Who reads the others' files stumbles over an empty one.
        self._f, self._fname, self._positions = None, filename, {}
        self._capacity, self._used = FIRST_SIZE, 8
        self._m = mmap.mmap(-1, FIRST_SIZE)
        self._m[:4] = self._used.to_bytes(4, "little")

    def _init_value(self, key: str) -> None:
        while self._used + len(key.encode()) + ENTRY > self._capacity:
            self._grow()
        super()._init_value(key)  # type: ignore[no-untyped-call]

    def _grow(self) -> None:
        larger = self._capacity * 2
        if self._f and _reserved(self._fname, larger):
            self._m = mmap.mmap(self._f.fileno(), larger)
        else:
            before, self._m = self._m, mmap.mmap(-1, larger)
            self._m[: self._capacity] = before[: self._capacity]
            if self._f:
                self._f.close()
                self._f = None
        self._capacity = larger


def reserve() -> None:
    """Keep every number that is counted from here on in files that have their room."""
    values.MmapedDict = ReservedDict  # type: ignore[attr-defined]


def _reserved(filename: str, size: int) -> bool:
    """Reserve this many bytes on the disk; False if there is no space."""
    try:
        with Path(filename).open("ab") as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, size)
            else:
                file.write(bytes(max(size - file.tell(), 0)))
    except OSError as error:
        logger.warning("The disk takes no more numbers, they are counted in memory: %s", error)
        return False
    return True
