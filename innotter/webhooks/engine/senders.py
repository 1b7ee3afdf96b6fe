"""Sending what is due: one turn after the other, by threads that the worker's other work does not wait for."""

import logging
import math
import os
import threading
import time

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.utils import translation

from innotter.webhooks.engine.attempts import begin, make
from innotter.webhooks.engine.ending import end
from innotter.webhooks.engine.turns import Turn, give_back, take_turn
from innotter.webhooks.models import Webhook

logger = logging.getLogger(__name__)

#: How long a turn lasts, in seconds: who has more to send waits for the next one.
SLICE = 5.0
#: Threads of each process that send to whoever is next, and those that send only to webhooks without trouble: however
#: many are slow or dead, they keep the first ones busy alone.
FOR_ALL, FOR_SOUND = 4, 4
#: After an error of the database or the like, in seconds.
PAUSE = 1.0


def send_due(*, seconds: float = math.inf) -> int:
    """Send what is due, until nothing is or the time is up; says how many attempts were made."""
    count, over_at = 0, time.monotonic() + seconds
    while time.monotonic() < over_at and (turn := take_turn()):
        count += serve(turn)
    return count


def serve(turn: Turn) -> int:
    """Send to one webhook, for a while and until it fails; says how many attempts were made."""
    count, over_at = 0, time.monotonic() + SLICE
    language = Webhook.objects.filter(pk=turn.webhook_id).values_list("owner__language", flat=True).first()
    with translation.override(language):
        while time.monotonic() < over_at and (attempt := begin(turn)):
            count += 1
            outcome = make(attempt)
            end(attempt, outcome)
            logger.info("webhook", extra={"delivery": attempt.delivery.pk, "status": outcome.status})
            if not outcome.is_delivered:
                break
    give_back(turn)
    return count


class Senders:
    """Threads that send, started when the first message comes; they sleep while nothing is due."""

    def __init__(self, count: int, *, troubled_too: bool) -> None:
        self._count, self._troubled_too = count, troubled_too
        self._asked = threading.Event()
        self._process = 0
        self._lock = threading.Lock()

    def wake(self) -> None:
        """Let them look whether something is due, and return at once."""
        with self._lock:
            if self._process != os.getpid():  # A thread does not survive a fork.
                self._process, self._asked = os.getpid(), threading.Event()
                for number in range(self._count):
                    threading.Thread(target=self._work, name=f"webhooks-{number}", daemon=True).start()
        self._asked.set()

    def _work(self) -> None:
        _leave_the_pool()
        while self._asked.wait():
            self._asked.clear()
            try:
                while turn := take_turn(troubled_too=self._troubled_too):
                    self._asked.set()  # There may be another one: that is for the next thread.
                    serve(turn)
            except Exception:
                logger.exception("Webhooks could not be sent; the next sweep tries again")
                time.sleep(PAUSE)
            finally:
                connection.close()


def _leave_the_pool() -> None:
    """Give this thread a connection of its own: it has it for as long as an answer takes, and the pool is for tasks."""
    own = connection.copy()
    own.settings_dict["OPTIONS"].pop("pool", None)
    connections[DEFAULT_DB_ALIAS] = own


_groups = [Senders(FOR_ALL, troubled_too=True), Senders(FOR_SOUND, troubled_too=False)]


def wake() -> None:
    """Let the threads of this process look for what is due."""
    for group in _groups:
        group.wake()
