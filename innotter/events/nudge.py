"""Waking the relay soon after a commit, without making the request wait for the broker."""

import logging
import os
import threading
from collections.abc import Callable
from typing import Any

from django.db import transaction

logger = logging.getLogger(__name__)


class Nudge:
    """Calls a function on a thread of its own; calls that come while one is under way become a single one.

    It may be lost (a full broker, a stopped process): beat sweeps the outbox anyway.
    """

    def __init__(self) -> None:
        self._sends: list[Callable[[], object]] = []
        self._asked = threading.Event()
        self._process = 0

    def sends(self, send: Callable[[], object]) -> None:
        """What a nudge does, beside what it does already."""
        self._sends.append(send)

    def __call__(self) -> None:
        """Ask for it, and return at once."""
        if self._process != os.getpid():  # A thread does not survive a fork.
            self._process = os.getpid()
            threading.Thread(target=self._work, name="nudge", daemon=True).start()
        self._asked.set()

    def _work(self) -> None:
        while self._asked.wait():
            self._asked.clear()
            try:
                for send in self._sends:
                    send()
            except Exception as error:  # noqa: BLE001 - whatever the broker's client raises, the sweep will do the work
                logger.warning("The relay could not be nudged, beat will wake it: %s", error)


wake_relay = Nudge()


def ask_after_commit(task: Any, *arguments: int) -> None:
    """Ask for a task of Celery with the commit. Where the broker is away, the sweep does what is left of it.

    What Django calls then must have a name, which a `partial` has not: it would fail over the failure, and whatever
    else is to be asked for with the same commit would not be.
    """

    def ask() -> None:
        task.delay(*arguments)

    transaction.on_commit(ask, robust=True)
