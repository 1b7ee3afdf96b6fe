"""Events from RabbitMQ: a durable queue of our own, acknowledged when they are counted."""

import logging
import threading
from collections.abc import Iterator
from typing import Any

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError

from services.contract.events import Envelope, Unreadable, read_event
from services.stats.intake import take_in
from services.stats.store.base import Store

logger = logging.getLogger(__name__)
logging.getLogger("pika").setLevel(logging.CRITICAL)  # What it says of a lost connection in ten lines, we say in one.

EXCHANGE, QUEUE, DEAD_QUEUE = "innotter.events", "innotter.stats", "innotter.stats.dead"
#: Messages that are under way to us, and the most that are counted together.
PREFETCH = 300
#: How long the next message is waited for before those that came are counted, and before the broker is tried again.
GATHERING_SECONDS, PAUSE_SECONDS = 0.05, 2.0

Delivery = tuple[Any, Any, bytes]


class Consumer(threading.Thread):
    """Consumes until it is told to stop; a broker or a store that is away is tried again, and nothing is lost."""

    def __init__(self, amqp_url: str, store: Store) -> None:
        super().__init__(name="consumer", daemon=True)
        self.is_connected = False
        self._url, self._store = amqp_url, store
        self._stopping = threading.Event()

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._consume()
            except AMQPError as error:
                logger.warning("RabbitMQ is away: %s", error or type(error).__name__)
            except Exception:  # Whatever the store raises: what was not counted is not acknowledged, and comes again.
                logger.exception("Events could not be counted")
            self.is_connected = False
            self._stopping.wait(PAUSE_SECONDS)

    def stop(self) -> None:
        """Finish what has come, and end."""
        self._stopping.set()
        self.join(10)

    def _consume(self) -> None:
        with pika.BlockingConnection(pika.URLParameters(self._url)) as connection:
            channel = connection.channel()
            declare(channel)
            channel.basic_qos(prefetch_count=PREFETCH)
            channel.confirm_delivery()
            self.is_connected = True
            for deliveries in self._gathered(channel):
                take_in(
                    self._store, [_read(body) for _method, _words, body in deliveries], lambda it: _bury(channel, it)
                )
                channel.basic_ack(deliveries[-1][0].delivery_tag, multiple=True)
            channel.cancel()

    def _gathered(self, channel: BlockingChannel) -> Iterator[list[Delivery]]:
        """What has come, together: as soon as nothing follows, or when it is enough."""
        waiting: list[Delivery] = []
        for delivery in channel.consume(QUEUE, inactivity_timeout=GATHERING_SECONDS):
            if delivery[0] is not None:
                waiting.append(delivery)
            if waiting and (delivery[0] is None or len(waiting) >= PREFETCH):
                yield waiting
                waiting = []
            if self._stopping.is_set():
                return


def declare(channel: BlockingChannel) -> None:
    """The exchange of the core, our queue at it, and the one for what cannot be read. They stay."""
    channel.exchange_declare(EXCHANGE, "topic", durable=True)
    channel.queue_declare(QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
    channel.queue_bind(QUEUE, EXCHANGE, routing_key="innotter.#")
    channel.queue_declare(DEAD_QUEUE, durable=True)


def _read(body: bytes) -> Envelope | Unreadable:
    try:
        return read_event(body)
    except Unreadable as letter:
        return letter


def _bury(channel: BlockingChannel, letter: Unreadable) -> None:
    words = pika.BasicProperties(delivery_mode=2, headers={"x-reason": str(letter)})
    channel.basic_publish("", DEAD_QUEUE, letter.body, words, mandatory=True)
