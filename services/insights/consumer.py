"""Events from Kafka: what was written down is committed, and nothing else."""

import logging
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
        } | config
        self._store = store

    def consume(self) -> None:
        told: list[KafkaError] = []
        # The client tries again by itself for ever, and says so here alone: `consume` gives no message about it.
        consumer = KafkaConsumer(self._options | {"error_cb": told.append}, logger=logger)
        consumer.subscribe(TOPICS)
        try:
            consumer.list_topics(timeout=5)
            self.is_connected = True
            while not self.stopping.is_set():
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
