"""One Innotter on a data folder: two would destroy it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TextIO

from innotter.cli.errors import CannotStart, plainly
from innotter.config.data_dir import DataDir

#: What to do once the folder is as it should be.
AGAIN = "Then say it again."


@contextmanager
def locked(data_dir: DataDir) -> Iterator[None]:
    """Hold the data folder: two on one folder would destroy it. The lock ends with the process, however it ends."""
    with ExitStack() as stack:
        with plainly(data_dir.root, again=AGAIN):
            data_dir.make()
            lock = stack.enter_context(data_dir.lock.open("a+"))
        if not _take(lock):
            lock.seek(0)
            raise CannotStart(
                f"Innotter is already running on {data_dir.root} (process {lock.read().strip() or 'unknown'})."
                " Stop it first, or choose another DATA_DIR."
            )
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


def is_running(data_dir: DataDir) -> bool:
    """Whether an Innotter holds the data folder."""
    with plainly(data_dir.root, again=AGAIN):
        if not data_dir.lock.exists():
            return False
        with data_dir.lock.open("r") as lock:
            return not _take(lock)


def _take(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
