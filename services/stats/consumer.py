"""Events from RabbitMQ: a durable queue of our own, acknowledged when they are counted."""

import logging
from collections.abc import Iterator
from typing import Any

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError

from services.contract.consuming import Consuming
from services.contract.events import Envelope, Unreadable, read_message
from services.stats.intake import take_in
from services.stats.store.base import Store

logging.getLogger("pika").setLevel(logging.CRITICAL)  # What it says of a lost connection in ten lines, we say in one.

EXCHANGE, QUEUE, DEAD_QUEUE = "innotter.events", "innotter.stats", "innotter.stats.dead"
#: Messages that are under way to us, and the most that are counted together.
PREFETCH = 300
#: How long a broker that takes nothing in, for want of memory or disk, is waited for, in seconds.
PATIENCE = 30
#: How long the next message is waited for before those that came are counted.
GATHERING_SECONDS = 0.05

Delivery = tuple[Any, Any, bytes]


class Consumer(Consuming):
    """Acknowledges messages by hand, together, when they are counted."""

    away = (AMQPError,)

    def __init__(self, amqp_url: str, store: Store) -> None:
        super().__init__()
        self._url, self._store = amqp_url, store
        #: What came last, while it is not counted.
        self._left: list[Envelope] = []

    def consume(self) -> None:
        # Before messages are taken that would be given back, too: RabbitMQ 4 throws one away that has come back to it
        # twenty times, so no outage of the store may give any back more than once.
        if self._left:
            take_in(self._store, self._left, lambda _letter: None)
            self._left = []
        with pika.BlockingConnection(parameters_of(self._url)) as connection:
            channel = connection.channel()
            declare(channel)
            channel.basic_qos(prefetch_count=PREFETCH)
            channel.confirm_delivery()
            self.is_connected = True
            for deliveries in self._gathered(channel):
                entries = [read_message(body) for _method, _words, body in deliveries]
                self._left = [entry for entry in entries if isinstance(entry, Envelope)]
                take_in(self._store, entries, lambda letter: _bury(channel, letter))
                self._left = []
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
            if self.stopping.is_set():
                return


def parameters_of(address: str) -> pika.URLParameters:
    """Where RabbitMQ is. As elsewhere in Innotter, `//` at the end of an address is the virtual host `/`."""
    found = pika.URLParameters(address)
    found.virtual_host = found.virtual_host or "/"
    found.blocked_connection_timeout = PATIENCE
    return found


def declare(channel: BlockingChannel) -> None:
    """The exchange of the core, our queue at it, and the one for what cannot be read. They stay."""
    channel.exchange_declare(EXCHANGE, "topic", durable=True)
    channel.queue_declare(QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
    channel.queue_bind(QUEUE, EXCHANGE, routing_key="innotter.#")
    channel.queue_declare(DEAD_QUEUE, durable=True)


def _bury(channel: BlockingChannel, letter: Unreadable) -> None:
    words = pika.BasicProperties(delivery_mode=2, headers={"x-reason": str(letter)})
    channel.basic_publish("", DEAD_QUEUE, letter.body, words, mandatory=True)
