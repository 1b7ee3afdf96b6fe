"""Events from Kafka: what was written down is committed, and nothing else."""

import logging
import threading
from typing import Any

from confluent_kafka import Consumer as KafkaConsumer
from confluent_kafka import KafkaException, Message

from services.contract.events import Envelope, Unreadable, read_event
from services.insights.intake import take_in
from services.insights.store import Store

logger = logging.getLogger(__name__)

TOPICS = ["task-events", "job-events", "user-activities", "system-notifications", "analytics-events"]
GROUP = "innotter-insights"
#: The most messages that are written down together, and how long they are waited for, in seconds.
PORTION, GATHERING_SECONDS = 500, 0.2
PAUSE_SECONDS = 2.0


class Consumer(threading.Thread):
    """Consumes until it is told to stop; brokers or a database that are away are tried again, and nothing is lost."""

    def __init__(self, bootstrap: str, config: dict[str, Any], store: Store) -> None:
        super().__init__(name="consumer", daemon=True)
        self.is_connected = False
        self._options = {
            "bootstrap.servers": bootstrap,
            "group.id": GROUP,
            "client.id": GROUP,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "allow.auto.create.topics": True,
            "topic.metadata.refresh.interval.ms": 5000,
        } | config
        self._store = store
        self._stopping = threading.Event()

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._consume()
            except KafkaException as error:
                logger.warning("Kafka is away: %s", error)
            except Exception:  # Whatever the database raises: what was not committed comes again.
                logger.exception("Events could not be written down")
            self.is_connected = False
            self._stopping.wait(PAUSE_SECONDS)

    def stop(self) -> None:
        """Finish what has come, and end."""
        self._stopping.set()
        self.join(10)

    def _consume(self) -> None:
        consumer = KafkaConsumer(self._options, logger=logger)
        consumer.subscribe(TOPICS)
        try:
            consumer.list_topics(timeout=5)
            self.is_connected = True
            while not self._stopping.is_set():
                messages = consumer.consume(PORTION, GATHERING_SECONDS)
                if bodies := [_body(message) for message in messages if message.error() is None]:
                    take_in(self._store, [_read(body) for body in bodies])
                    consumer.commit(asynchronous=False)
        finally:
            consumer.close()


def _body(message: Message) -> bytes:
    value = message.value()
    return value.encode() if isinstance(value, str) else value or b""


def _read(body: bytes) -> Envelope | Unreadable:
    try:
        return read_event(body)
    except Unreadable as letter:
        return letter
