"""Work that keeps a thread busy for long: pictures and long texts. Half of the threads are for what is quick."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils.functional import Promise

from innotter.errors import Away

_places = threading.BoundedSemaphore(max(1, settings.WEB_THREADS // 2))


@contextmanager
def place(*, refusal: str | Promise) -> Iterator[None]:
    """Until it is over, one of the places for such work is one's own. Raises `Away` in these words if all are taken."""
    if not _places.acquire(blocking=False):
        raise Away(refusal)
    try:
        yield
    finally:
        _places.release()
