"""Listening to a broker for as long as the service lives."""

import logging
import threading

logger = logging.getLogger(__name__)

#: Before a broker, or what events are written into, is tried again, in seconds.
PAUSE_SECONDS = 2.0
#: How long a consumer may take to finish what has come.
STOP_SECONDS = 10


class Consuming(threading.Thread):
    """Consumes until it is told to stop; what is away is tried again, and nothing is lost by that."""

    #: What the broker's client raises when it is away.
    away: tuple[type[Exception], ...] = (ConnectionError,)

    def __init__(self) -> None:
        super().__init__(name="consumer", daemon=True)
        self.is_connected = False
        self.stopping = threading.Event()

    def consume(self) -> None:
        """Connect, and take in what comes until `stopping` is set; acknowledge nothing that is not taken in."""
        raise NotImplementedError

    def run(self) -> None:
        while not self.stopping.is_set():
            try:
                self.consume()
            except self.away as error:
                logger.warning("The broker is away: %s", error or type(error).__name__)
            except Exception:  # Whatever the store raises: what was not acknowledged comes again.
                logger.exception("Events could not be taken in")
            self.is_connected = False
            self.stopping.wait(PAUSE_SECONDS)

    def stop(self) -> None:
        """Finish what has come, and end."""
        self.stopping.set()
        self.join(STOP_SECONDS)
