"""RabbitMQ that says nothing more, as one does that has no memory or disk left, holds no worker's hand for long."""

import time

import pika
import pytest
from django.utils import timezone

from innotter.events.models import Event
from innotter.events.sinks import amqp
from innotter.events.sinks.errors import Away
from services.stats.consumer import parameters_of
from tests.brokers import Door

EXCHANGE = "innotter.silent"


@pytest.fixture
def queue(rabbitmq, monkeypatch):
    """A queue of our own, and what has come into it."""
    monkeypatch.setattr(amqp, "EXCHANGE", EXCHANGE)
    monkeypatch.setattr(amqp, "PATIENCE", 1)
    with pika.BlockingConnection(parameters_of(rabbitmq.address)) as connection:
        channel = connection.channel()
        channel.exchange_declare(EXCHANGE, "topic", durable=True)
        name = channel.queue_declare("", exclusive=True).method.queue
        channel.queue_bind(name, EXCHANGE, "#")
        yield lambda: channel.queue_declare(name, passive=True).method.message_count
        channel.exchange_delete(EXCHANGE)


@pytest.fixture
def door(rabbitmq):
    """Another way to the same server, of the sink's own."""
    door = Door(rabbitmq.address)
    door.open()
    yield door
    door.shut()


def event():
    facts = {"subject": "user/1", "data": {"user_id": 1}}
    return Event(pk=1, type="innotter.user.registered", occurred_at=timezone.now(), **facts)


def test_a_sink_gives_it_up_soon_and_sends_when_it_speaks_again(queue, door):
    sink = amqp.AmqpSink(door.address)
    sink.send([event()])
    door.passable.clear()
    begun = time.monotonic()
    with pytest.raises(Away, match="does not take the events"):
        sink.send([event()])
    assert time.monotonic() - begun < 5
    door.passable.set()
    before = queue()
    sink.send([event()])
    assert queue() > before
    sink._close()


def test_one_that_falls_silent_when_it_has_let_the_sink_in_is_given_up_as_soon(queue, door, monkeypatch):
    connect = amqp.Connection.connect

    def is_let_in(connection):
        connect(connection)
        door.passable.clear()

    monkeypatch.setattr(amqp.Connection, "connect", is_let_in)
    begun = time.monotonic()
    with pytest.raises(Away, match="does not take the events"):
        amqp.AmqpSink(door.address).send([event()])
    assert time.monotonic() - begun < 5
