"""The broker's client, where it does not come back by itself after the broker was away."""

from typing import Any

import kombu
from celery.app import amqp
from kombu.transport import redis, virtual

#: kombu's own backoff grows to half a minute, in which nobody would work although the broker is back.
RETRY_SECONDS = 2


class QoS(redis.QoS):
    """Counts a message as done when its acknowledgement fails.

    kombu 5.7 logs the failure and goes on counting the message against the prefetch limit of a connection that it
    believes to be whole. A worker that had both hands full when the broker fell never fetched again. The message is
    delivered once more later, as after any crash.
    """

    def ack(self, delivery_tag: str) -> None:
        try:
            super().ack(delivery_tag)
        except BaseException:
            virtual.QoS.ack(self, delivery_tag)
            raise

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        try:
            super().reject(delivery_tag, requeue=requeue)
        except BaseException:
            virtual.QoS.ack(self, delivery_tag)
            raise


class Channel(redis.Channel):
    QoS = QoS


class Transport(redis.Transport):
    Channel = Channel


class SentinelChannel(redis.SentinelChannel):
    QoS = QoS


class SentinelTransport(redis.SentinelTransport):
    Channel = SentinelChannel


_OURS: dict[type[Any], type[Any]] = {redis.Transport: Transport, redis.SentinelTransport: SentinelTransport}


class Connection(kombu.Connection):
    """Looks for a broker that is away every two seconds, for as long as it takes."""

    def get_transport_cls(self) -> type[Any]:
        found: type[Any] = super().get_transport_cls()
        return _OURS.get(found, found)

    def _ensure_connection(self, *args: Any, **options: Any) -> Any:
        pauses = {"interval_start": 1, "interval_step": 1, "interval_max": RETRY_SECONDS - 1}
        return super()._ensure_connection(*args, **pauses | options)


class AMQP(amqp.AMQP):
    Connection = Connection
