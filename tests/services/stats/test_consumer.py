"""Events through RabbitMQ into the numbers: acknowledged when counted, put aside when they cannot be read (B-17)."""

import json

import pika
import pytest

from services.stats.consumer import Consumer, parameters_of
from tests.running import wait_until


@pytest.fixture
def publish(rabbitmq):
    """Put messages into the queue, as the core does."""

    def publish(*bodies):
        with pika.BlockingConnection(parameters_of(rabbitmq.address)) as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            for body in bodies:
                channel.basic_publish("innotter.events", "innotter.page.followed", body, mandatory=True)

    return publish


@pytest.fixture
def left_in(rabbitmq):
    """How many messages a queue holds, and the first of them."""

    def left(queue):
        with pika.BlockingConnection(parameters_of(rabbitmq.address)) as connection:
            channel = connection.channel()
            count = channel.queue_declare(queue, passive=True).method.message_count
            return count, channel.basic_get(queue)

    return left


@pytest.fixture
def consume(rabbitmq):
    """Consumers of the test's own; they end with it."""
    running = []

    def consume(store):
        consumer = Consumer(rabbitmq.address, store)
        consumer.start()
        running.append(consumer)
        wait_until(lambda: consumer.is_connected, what="the connection")
        return consumer

    yield consume
    for consumer in running:
        consumer.stop()


@pytest.fixture
def event(envelope):
    return lambda number: json.dumps(envelope("page.followed", page_id=7, follower_id=number)).encode()


def followers(store):
    return store.totals(7).get("followers", 0)


@pytest.mark.parametrize(
    ("address", "host"),
    [("amqp://u:p@h:5672//", "/"), ("amqp://u:p@h/", "/"), ("amqp://u:p@h/%2F", "/"), ("amqp://u:p@h/inn", "inn")],
)
def test_the_virtual_host_is_named_as_celery_names_it(address, host):
    assert parameters_of(address).virtual_host == host


def test_what_comes_is_counted(store, consume, publish, event):
    consume(store)
    publish(*(event(number) for number in range(1, 101)))
    wait_until(lambda: followers(store) == 100, what="the count")


def test_what_cannot_be_read_is_put_aside_with_its_reason(store, consume, publish, event, left_in):
    consume(store)
    publish(b"nonsense", event(1), b'{"specversion": "1.0"}')
    wait_until(lambda: followers(store) == 1, what="the count")
    wait_until(lambda: left_in("innotter.stats.dead")[0] == 2, what="the burial")

    _method, words, body = left_in("innotter.stats.dead")[1]
    assert body == b"nonsense"
    assert "JSON" in words.headers["x-reason"]


def test_messages_wait_while_nobody_consumes_and_are_all_counted_afterwards(store, consume, publish, event):
    consume(store).stop()
    publish(*(event(number) for number in range(1, 51)))
    assert followers(store) == 0
    consume(store)
    wait_until(lambda: followers(store) == 50, what="the count")


def test_a_broker_that_went_is_found_again(store, consume, publish, event, rabbitmq, monkeypatch):
    monkeypatch.setattr("services.contract.consuming.PAUSE_SECONDS", 0.1)
    consumer = consume(store)
    rabbitmq.shut()
    wait_until(lambda: not consumer.is_connected, what="the loss")
    rabbitmq.open()
    wait_until(lambda: consumer.is_connected, what="the connection")
    publish(event(1))
    wait_until(lambda: followers(store) == 1, what="the count")


def test_a_store_that_fails_loses_nothing(file_store, consume, publish, event, monkeypatch):
    monkeypatch.setattr("services.contract.consuming.PAUSE_SECONDS", 0.1)
    store = file_store
    apply, tries = store.apply, []

    def fail_twice(effects):
        tries.append(effects)
        if len(tries) < 3:
            raise OSError("the disk is away")
        return apply(effects)

    monkeypatch.setattr(store, "apply", fail_twice)
    consume(store)
    publish(*(event(number) for number in range(1, 21)))
    wait_until(lambda: followers(store) == 20, what="the count")
    assert len(tries) >= 3


def test_an_outage_of_the_store_gives_no_message_back_so_often_that_rabbitmq_throws_it_away(
    file_store, consume, publish, event, left_in, monkeypatch
):
    """RabbitMQ 4 does so by itself after twenty times; the one of this machine must be told to."""
    monkeypatch.setattr("services.contract.consuming.PAUSE_SECONDS", 0.02)
    monkeypatch.setattr("services.stats.consumer.declare", as_rabbitmq_4_declares)
    apply, tries = file_store.apply, []

    def fail_for_long(effects):
        tries.append(effects)
        if len(tries) <= 30:
            raise OSError("the table is away")
        return apply(effects)

    monkeypatch.setattr(file_store, "apply", fail_for_long)
    consume(file_store)
    publish(b"nonsense", *(event(number) for number in range(1, 21)))
    wait_until(lambda: len(tries) > 30, what="the end of the outage")
    wait_until(lambda: followers(file_store) == 20, what="the count")
    wait_until(lambda: left_in("innotter.stats.dead")[0] > 0, what="the burial")
    publish(event(21))
    wait_until(lambda: followers(file_store) == 21, what="the next event")
    assert left_in("innotter.stats.dead")[0] == 1, "what cannot be read is put aside once, not at each try"


def as_rabbitmq_4_declares(channel):
    channel.exchange_declare("innotter.events", "topic", durable=True)
    limited = {"x-queue-type": "quorum", "x-delivery-limit": 20}
    channel.queue_declare("innotter.stats", durable=True, arguments=limited)
    channel.queue_bind("innotter.stats", "innotter.events", routing_key="innotter.#")
    channel.queue_declare("innotter.stats.dead", durable=True)
