"""Where events go outside of the house: `settings.EVENT_SINKS` names each, its address says how it is spoken to."""

from functools import cache
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.module_loading import import_string

from innotter.events.models import Event


class Sink(Protocol):
    """Takes events. When `send` returns, the other side has all of them for good.

    It raises `Away` when they should be sent again later, and `Refused` when one of them never will be taken.
    """

    def send(self, events: list[Event]) -> None: ...


#: Loaded when there is an address for them: who has no Kafka does not carry its client.
_KINDS = {
    "http": "innotter.events.sinks.http.HttpSink",
    "https": "innotter.events.sinks.http.HttpSink",
    "amqp": "innotter.events.sinks.amqp.AmqpSink",
    "amqps": "innotter.events.sinks.amqp.AmqpSink",
    "kafka": "innotter.events.sinks.kafka.KafkaSink",
}


@cache
def sink_at(address: str) -> Sink:
    """The sink at an address. It keeps its connection."""
    sink: Sink = import_string(_KINDS[urlsplit(address).scheme])(address)
    return sink


def sink_named(name: str) -> Sink:
    return sink_at(settings.EVENT_SINKS[name])
