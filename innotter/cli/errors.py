"""What the command line says when it cannot go on."""

import errno
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click


class CannotStart(click.ClickException):
    """A sentence for the person at the keyboard: what is wrong, and what to do."""


@contextmanager
def plainly(place: Path, *, again: str) -> Iterator[None]:
    """Say of a place on disk what is wrong with it and what to do, and then `again`."""
    try:
        yield
    except OSError as error:
        raise CannotStart(f"{_advice(place, error)} {again}") from None


def _advice(place: Path, error: OSError) -> str:
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return f"There is no room in {place}: make some, or choose another place."
        case errno.EROFS:
            return f"{place} is read-only: mount it so that it can be written, or choose another place."
        case errno.EACCES | errno.EPERM:
            return f"{place} is not yours to write: work as its owner, or let its owner give you the right."
        case errno.EBUSY:
            return f"{place} is in use, or something is mounted there: free it, or choose another place."
    return f"{place} cannot be written ({error.strerror or error}): mend that, or choose another place."


@contextmanager
def stoppable() -> Iterator[None]:
    """Let a command that is told to end do so as by Ctrl-C: it takes back what it has begun."""
    before = {signum: signal.signal(signum, _end) for signum in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)


def _end(signum: int, _frame: FrameType | None) -> None:
    sys.exit(128 + signum)
