"""Events over AMQP: the topic exchange `innotter.events` of RabbitMQ, with publisher confirms.

The events of a batch are published one after the other and confirmed together: py-amqp's own confirmation waits for
each message by itself, which is a fifth as fast.
"""

from contextlib import suppress
from typing import Any

from amqp import Message
from amqp.exceptions import AMQPError
from kombu import Connection
from kombu.exceptions import OperationalError

from innotter.events.envelope import MEDIA_TYPE, written
from innotter.events.models import Event
from innotter.events.sinks.errors import Away

EXCHANGE = "innotter.events"
#: How long the broker may take to confirm a batch, or to answer anything else, and to part, in seconds: one that has no
#: memory or disk left reads no more of whoever publishes, and keeps the connection.
PATIENCE, PARTING = 10, 1


class AmqpSink:
    """Publishes under the event's type. A message that no queue wants comes back, and waits here instead."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._connection: Connection | None = None
        self._channel: Any = None
        self._tag = 0

    def send(self, events: list[Event]) -> None:
        try:
            self._publish(events)
        except (AMQPError, OperationalError, OSError) as error:
            self._close()
            raise Away(f"RabbitMQ does not take the events: {error or type(error).__name__}") from None
        except Away:
            self._close()
            raise

    def _publish(self, events: list[Event]) -> None:
        channel = self._channel or self._open()
        unconfirmed: dict[int, Event] = {}
        returned: list[Any] = []

        def confirm(delivery_tag: int, multiple: bool) -> None:
            done = [tag for tag in unconfirmed if tag == delivery_tag or (multiple and tag < delivery_tag)]
            for tag in done:
                del unconfirmed[tag]

        def come_back(*words: Any) -> None:
            returned.append(words)

        def refuse(*words: Any) -> None:
            raise Away("RabbitMQ could not keep an event.")

        channel.events["basic_ack"] = {confirm}
        channel.events["basic_nack"] = {refuse}
        channel.events["basic_return"] = {come_back}
        for event in events:
            self._tag += 1
            unconfirmed[self._tag] = event
            message = Message(
                written(event),
                content_type=MEDIA_TYPE,
                delivery_mode=2,
                message_id=str(event.pk),
                type=event.type,
                timestamp=int(event.occurred_at.timestamp()),
            )
            channel.basic_publish(message, EXCHANGE, routing_key=event.type, mandatory=True)
        while unconfirmed:
            channel.connection.drain_events(timeout=PATIENCE)
        if returned:
            raise Away(f"No queue is bound to the exchange {EXCHANGE}: has the service declared its own?")

    def _open(self) -> Any:
        self._connection = Connection(self.address, connect_timeout=5, transport_options={"confirm_publish": False})
        self._connection.connect()
        self._connection.connection.sock.settimeout(PATIENCE)
        self._channel = self._connection.channel()
        self._channel.exchange_declare(EXCHANGE, "topic", durable=True, auto_delete=False)
        self._channel.confirm_select()
        self._tag = 0
        return self._channel

    def _close(self) -> None:
        if self._connection:
            with suppress(Exception):  # It is broken already, or silent.
                if self._channel:
                    self._channel.connection.sock.settimeout(PARTING)
                self._connection.release()
        self._connection = self._channel = None
