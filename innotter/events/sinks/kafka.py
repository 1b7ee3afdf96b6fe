"""Events over Kafka: an idempotent producer, keyed by subject, so that the events of one thing stay in order."""

from typing import Any
from urllib.parse import urlsplit

from confluent_kafka import KafkaError, KafkaException, Producer
from django.conf import settings

from innotter.events.envelope import MEDIA_TYPE, written
from innotter.events.models import Event
from innotter.events.sinks.errors import Away

#: The topic of each type, by the longest beginning that fits.
TOPICS = {
    "innotter.": "user-activities",
    "innotter.task.": "task-events",
    "innotter.team.": "task-events",
    "innotter.task.due_soon": "system-notifications",
    "innotter.task.overdue": "system-notifications",
    "innotter.task.escalated": "system-notifications",
    "innotter.page.blocked": "system-notifications",
    "innotter.page.unblocked": "system-notifications",
    "innotter.user.blocked": "system-notifications",
    "innotter.user.unblocked": "system-notifications",
    "innotter.job.": "job-events",
    "innotter.bid.": "job-events",
    "innotter.page.viewed": "analytics-events",
}
#: How long a batch may take, in seconds.
PATIENCE = 10


def topic_of(type_: str) -> str:
    """Where events of a type are written."""
    return TOPICS[max((start for start in TOPICS if type_.startswith(start)), key=len)]


class KafkaSink:
    """Writes a batch, and waits until all replicas that must have it do."""

    def __init__(self, address: str) -> None:
        self._producer: Producer | None = None
        self._options = {
            "bootstrap.servers": urlsplit(address).netloc,
            "client.id": "innotter",
            "enable.idempotence": True,
            "linger.ms": 5,
            "message.timeout.ms": (PATIENCE - 1) * 1000,
            "compression.type": "lz4",
        } | settings.EVENTS_KAFKA_CONFIG

    def send(self, events: list[Event]) -> None:
        try:
            self._send(events)
        except Away:
            # Its queue holds what will be sent again, and an idempotent producer may be of no use after a failure.
            self._producer = None
            raise

    def _send(self, events: list[Event]) -> None:
        # librdkafka says on standard error that a broker is away; the sink's row says it better.
        producer = self._producer = self._producer or Producer(self._options, logger=_Silent())
        problems: list[KafkaError] = []

        def note(error: KafkaError | None, _message: Any) -> None:
            if error:
                problems.append(error)

        try:
            for event in events:
                producer.produce(
                    topic_of(event.type),
                    key=event.subject,
                    value=written(event),
                    headers={"content-type": MEDIA_TYPE},
                    on_delivery=note,
                )
            left = producer.flush(PATIENCE)
        except (KafkaException, BufferError) as error:
            raise Away(f"Kafka does not take the events: {error}") from None
        if left or problems:
            raise Away(f"Kafka does not take the events: {problems[0].str() if problems else 'no answer in time'}")


class _Silent:
    def log(self, *words: Any, **more: Any) -> None:
        """Say nothing."""
