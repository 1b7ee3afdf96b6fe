"""What only Linux offers to programs and whoever has started them."""

import ctypes
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
#: `arg_start` of proc(5), counted from the field behind the name.
ARGUMENTS_START = 45
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def end_with_parent(stop_signal: signal.Signals) -> None:
    """On Linux, have the kernel send this process a signal when its parent dies without a word."""
    if _prctl:
        _prctl(PR_SET_PDEATHSIG, int(stop_signal))


def show_arguments(*arguments: str) -> None:
    """Have `ps` show these arguments instead of those that this process was started with.

    They are written over them. The library for that, setproctitle, writes over the environment behind them as well.
    """
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    start, end = int(fields[ARGUMENTS_START]), int(fields[ARGUMENTS_START + 1])
    if room := end - start:
        shown = "\0".join(arguments).encode(errors="surrogateescape")[: room - 1]
        ctypes.memmove(start, shown.ljust(room, b"\0"), room)
