"""Looking for what is due, so that workers are asked only when there is something to do.

Work is announced after the commit that makes it. Looking finds what was announced in vain, and what waits for its time.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection

logger = logging.getLogger(__name__)

#: A message is thrown away when its time is over by the clock of whoever takes it up, counted by that of whoever sent
#: it. Clocks that are apart by no more than this, in seconds, let none be thrown away too soon.
CLOCKS_APART = 30
#: The shortest pause between two looks, in seconds: there is a life beside it.
SHORTEST_PAUSE = 0.05


@dataclass(frozen=True, eq=False)
class Look:
    """A task of Celery, asked for whenever something is due for it."""

    task: Any
    #: Between two looks, in seconds. Who has not come to the task by the next one is asked again.
    every: float
    is_due: Callable[[], bool]


_looks: list[Look] = []


def look_out(task: Any, *, every: float, is_due: Callable[[], bool]) -> None:
    """Ask for the task whenever something is due for it, which is looked at in the clock's process."""
    _looks.append(Look(task, every, is_due))


class Watch(threading.Thread):
    """Looks for as long as its process lives: a question to the database instead of a message and its task."""

    def __init__(self) -> None:
        super().__init__(name="watch", daemon=True)
        self._next = dict.fromkeys(_looks, 0.0)
        self._failing: set[Look] = set()

    def run(self) -> None:
        while self._next:
            self.look_around()
            time.sleep(max(SHORTEST_PAUSE, min(self._next.values()) - time.monotonic()))

    def look_around(self) -> None:
        """Look at whatever it is time to look at."""
        now = time.monotonic()
        for look in [look for look, at in self._next.items() if at <= now]:
            self._look(look)
            self._next[look] = time.monotonic() + look.every
        connection.close()

    def _look(self, look: Look) -> None:
        try:
            if look.is_due():
                look.task.apply_async(expires=look.every + CLOCKS_APART)
        except Exception:
            # The database or the broker is away, and says so itself: once is enough.
            if look not in self._failing:
                logger.exception("It cannot be told whether %s has something to do", look.task.name)
            self._failing.add(look)
        else:
            self._failing.discard(look)
