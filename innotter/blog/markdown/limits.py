"""Time is what a text may take: a thread that is busy with one answers nobody else."""

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from markdown_it.utils import EnvType

from innotter.errors import Away, Invalid

#: Of longer texts only so many are rendered at a time: half of the threads are for what is quick.
LONG = 50_000
_places = threading.BoundedSemaphore(max(1, settings.WEB_THREADS // 2))


class TooIntricate(Invalid):
    """Rendering takes longer than anybody's text does."""

    message = _("This text is too intricate to be shown: use fewer brackets, lists and marks in one paragraph.")


def check_time(env: EnvType) -> None:
    """End what takes too long. `env` goes with a text through every step."""
    if time.thread_time() > env.get("over_at", math.inf):
        raise TooIntricate


@contextmanager
def turn(text: str) -> Iterator[None]:
    """Until it is over, a long text has one of the places for them. Raises Away where there is none."""
    if len(text) <= LONG:
        yield
        return
    if not _places.acquire(blocking=False):
        raise Away(_("Many long texts are being read at the moment. Try again soon."))
    try:
        yield
    finally:
        _places.release()
