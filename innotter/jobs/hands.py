"""The hands of one worker: processes that do jobs beside each other, and agree on who may do what.

They agree by locks on files, which the system frees when a hand is killed.
"""

import atexit
import faulthandler
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class Hands:
    """How many there are, and where their locks lie. Without a worker, whoever drains the queue is the only one."""

    def __init__(self) -> None:
        self.count = 1
        self.folder: Path | None = None

    def prepare(self, count: int) -> None:
        """Called by the worker before it forks them."""
        self.count, self.folder, worker = count, Path(tempfile.mkdtemp(prefix="innotter-hands-")), os.getpid()

        def clean() -> None:
            if self.folder and os.getpid() == worker:
                shutil.rmtree(self.folder, ignore_errors=True)

        atexit.register(clean)

    @contextmanager
    def slow_place(self) -> Iterator[bool]:
        """Whether this hand may begin a slow job: one of several hands is always left for quick ones."""
        with self._one_of("slow", max(1, self.count - 1)) as has_place:
            yield has_place

    @contextmanager
    def timekeeper(self) -> Iterator[bool]:
        """Whether this hand may wait for a job that is due soon: one of several does, and the others stay free."""
        with self._one_of("timekeeper", min(self.count - 1, 1)) as has_place:
            yield has_place

    @contextmanager
    def ended_after(self, seconds: float) -> Iterator[None]:
        """End this hand if it is not done by then, whatever it is stuck in; the worker replaces it.

        By a thread of the interpreter's own, which needs no turn of Python: an alarm waits for the end of a loop in C.
        Where there is no worker, nothing is ended.
        """
        if self.folder is None:
            yield
            return
        # Not `sys.stderr`, which is the worker's log: it has no descriptor.
        faulthandler.dump_traceback_later(seconds, exit=True, file=2)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()

    @contextmanager
    def _one_of(self, name: str, places: int) -> Iterator[bool]:
        if self.folder is None:
            yield places > 0
            return
        for number in range(places):
            with (self.folder / f"{name}-{number}").open("w") as file:
                if _locked(file):
                    yield True
                    return
        yield False


def _locked(file: IO[str]) -> bool:
    """Whether it is ours now: until it is closed, or whoever has it is gone."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


hands = Hands()
