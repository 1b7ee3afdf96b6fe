"""Programs that must not outlive whoever has started them."""

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def end_with_parent(stop_signal: signal.Signals) -> None:
    """On Linux, have the kernel send this process a signal when its parent dies without a word."""
    if _prctl:
        _prctl(PR_SET_PDEATHSIG, int(stop_signal))
