"""Holding what this process works on: one thread renews all its leases, and shows what lasts."""

import logging
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

from innotter.events.services import note_heartbeat
from innotter.jobs.engine.attempts import Attempt, show
from innotter.jobs.engine.leasing import renew

logger = logging.getLogger(__name__)

#: What has lasted so long is shown as being in progress, in seconds.
MOMENT = 0.5


class Heartbeat:
    """Holds the leases of attempts while they last, and no longer than each may take; its thread sleeps otherwise."""

    def __init__(self) -> None:
        self._held: set[Attempt] = set()
        self._lock = threading.Lock()
        self._asked = threading.Event()
        self._process = 0

    @contextmanager
    def holding(self, attempts: Sequence[Attempt]) -> Iterator[None]:
        """Keep these until the context ends."""
        if self._process != os.getpid():  # A thread does not survive a fork.
            self._process, self._held, self._lock = os.getpid(), set(), threading.Lock()
            self._asked = threading.Event()
            threading.Thread(target=self._work, name="heartbeat", daemon=True).start()
        with self._lock:
            self._held.update(attempts)
        self._asked.set()
        try:
            yield
        finally:
            with self._lock:
                self._held.difference_update(attempts)

    def _work(self) -> None:
        renewed_at = 0.0
        while True:
            if not self._asked.is_set():
                self._asked.wait()
                renewed_at = time.monotonic()  # What is held from now on has a new lease.
            pause = settings.JOBS_LEASE_SECONDS / 3
            time.sleep(min(MOMENT, pause))
            with self._lock:
                held = list(self._held)
                if not held:
                    self._asked.clear()
            try:
                is_due = time.monotonic() - renewed_at >= pause
                if held and is_due:
                    renewed_at = time.monotonic()
                self._beat(held, is_due=is_due)
            except Exception as error:  # noqa: BLE001 - the next beat may reach the database again
                logger.warning("The leases of %d jobs could not be renewed: %s", len(held), error)
                connection.close()
            finally:
                if not held:
                    connection.close()

    def _beat(self, held: Sequence[Attempt], *, is_due: bool) -> None:
        now = time.monotonic()
        live = [one for one in held if one.begun_at is None or now < one.over_at]
        if live and is_due:
            renew([one.leased for one in live])
            note_heartbeat(name="runner")  # With all hands full of long jobs, nobody does what beat asks.
        show([one for one in live if one.begun_at and now - one.begun_at >= MOMENT and not one.is_shown])


heartbeat = Heartbeat()
