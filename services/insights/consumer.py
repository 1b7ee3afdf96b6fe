"""Events from Kafka: what was written down is committed, and nothing else."""

import logging
import time
from typing import Any

from confluent_kafka import Consumer as KafkaConsumer
from confluent_kafka import KafkaError, KafkaException, Message

from services.contract.consuming import Consuming
from services.contract.events import read_message
from services.insights.intake import take_in
from services.insights.store import Store

logger = logging.getLogger(__name__)

TOPICS = ["task-events", "job-events", "user-activities", "system-notifications", "analytics-events"]
GROUP = "innotter-insights"
#: The most messages that are written down together, and how long they are waited for, in seconds.
PORTION, GATHERING_SECONDS = 500, 0.2
#: How often the broker is asked whether it is there, and how long it may take to answer, in seconds.
LOOK_SECONDS, ANSWER_SECONDS = 10, 5


class Consumer(Consuming):
    """Commits what has been written down, and nothing else."""

    away = (KafkaException,)

    def __init__(self, bootstrap: str, config: dict[str, Any], store: Store) -> None:
        super().__init__()
        self._options = {
            "bootstrap.servers": bootstrap,
            "group.id": GROUP,
            "client.id": GROUP,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "allow.auto.create.topics": True,
            "topic.metadata.refresh.interval.ms": 5000,
            # A commit waits for as long as this when the broker has gone before it.
            "session.timeout.ms": 10_000,
        } | config
        self._store = store

    def consume(self) -> None:
        told: list[KafkaError] = []
        # The client tries again by itself for ever, and says so here alone: `consume` gives no message about it. Nor is
        # it always said: who asks now and then knows.
        consumer = KafkaConsumer(self._options | {"error_cb": told.append}, logger=logger)
        consumer.subscribe(TOPICS)
        try:
            asked = float("-inf")
            while not self.stopping.is_set():
                if time.monotonic() - asked > LOOK_SECONDS:
                    consumer.list_topics(timeout=ANSWER_SECONDS)
                    self.is_connected, asked = True, time.monotonic()
                messages = consumer.consume(PORTION, GATHERING_SECONDS)
                _check_is_there(told)
                if bodies := [_body(message) for message in messages if message.error() is None]:
                    take_in(self._store, [read_message(body) for body in bodies])
                    consumer.commit(asynchronous=False)
        finally:
            consumer.close()


def _check_is_there(told: list[KafkaError]) -> None:
    """Ready is only who hears from a broker."""
    for error in told:
        if error.fatal() or error.name() == "_ALL_BROKERS_DOWN":
            raise KafkaException(error)
    told.clear()


def _body(message: Message) -> bytes:
    value = message.value()
    return value.encode() if isinstance(value, str) else value or b""
