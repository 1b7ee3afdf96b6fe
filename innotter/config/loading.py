"""What requests and tasks would load when the first of them comes, and what forks share of it."""

import gc
import sys

from django.conf import settings
from django.urls import reverse
from django.utils import translation

#: The most that is free in the pools of one size (measured); and what a value of `bytes` takes before its first one.
GAP_BYTES, EMPTY = 200_000, sys.getsizeof(b"")

_gaps: list[bytes] = []


def load() -> None:
    """Load addresses with their views, and the translations. The apps must be loaded."""
    reverse("feed:home")
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("Home")


def freeze_for_forks() -> None:
    """Have this process's forks share its memory for as long as they can.

    A fork copies each page that it writes to. So the garbage collector passes over what is there, in which it would
    write; and the gaps that loading has left between objects are filled, where the fork would make its own. (Python
    gives memory in blocks of up to 512 bytes, in multiples of 16, out of pools of pages for each size.)
    """
    gc.collect()
    for size in range(48, 513, 16):
        _gaps.extend(bytes(size - EMPTY - 1) for _ in range(GAP_BYTES // size))
    gc.freeze()
