"""Events over Kafka's protocol into the insights: committed when they are written down (C-10, C-11)."""

import json

import pytest
from confluent_kafka import Producer

from services.insights.consumer import Consumer
from tests.running import wait_until


@pytest.fixture
def produce(kafka):
    def produce(*bodies, topic="task-events"):
        producer = Producer({"bootstrap.servers": kafka.address})
        for body in bodies:
            producer.produce(topic, value=body, key="task/1")
        assert producer.flush(10) == 0

    return produce


@pytest.fixture
def consume(kafka, store, monkeypatch):
    """Consumers of the test's own; they end with it."""
    monkeypatch.setattr("services.contract.consuming.PAUSE_SECONDS", 0.1)
    running = []

    def consume():
        running.append(Consumer(kafka.address, {"session.timeout.ms": 6000, "group.id": "tests"}, store))
        running[-1].start()
        return running[-1]

    yield consume
    for consumer in running:
        consumer.stop()


def joined(envelope, user):
    return json.dumps(envelope("team.joined", team_id=5, user_id=user)).encode()


def members(store):
    return len(store.rows("SELECT 1 FROM members"))


def test_what_comes_is_written_down_and_a_new_consumer_goes_on_from_there(store, produce, consume, envelope):
    produce(*(joined(envelope, user) for user in range(1, 51)), topic="task-events")
    first = consume()
    wait_until(lambda: members(store) == 50, what="the events")
    assert first.is_connected
    first.stop()

    produce(b"nonsense", joined(envelope, 51))
    consume()
    wait_until(lambda: members(store) == 51, what="the next event")
    wait_until(lambda: store.dead_letters() == 1, what="the letter, which is buried last")


def test_a_database_that_fails_loses_nothing(store, produce, consume, envelope, monkeypatch):
    apply, tries = store.apply, []

    def fail_once(news):
        tries.append(news)
        if len(tries) == 1:
            raise OSError("the database is away")
        return apply(news)

    monkeypatch.setattr(store, "apply", fail_once)
    produce(*(joined(envelope, user) for user in range(1, 11)))
    consume()
    # The group lets the second one in when the session of the first is over, and again when it learns of a new topic.
    wait_until(lambda: members(store) == 10, seconds=60, what="the events")
    assert len(tries) >= 2


def test_who_hears_of_no_broker_any_more_is_not_ready(store, produce, consume, envelope, kafka):
    produce(joined(envelope, 1))
    consumer = consume()
    wait_until(lambda: members(store) == 1, what="the event")
    kafka.stop()
    wait_until(lambda: not consumer.is_connected, what="word that Kafka is away")


def test_it_is_soon_not_ready_when_kafka_goes_before_what_is_written_down_is_committed(
    store, produce, consume, envelope, kafka, monkeypatch
):
    apply = store.apply

    def last(news):
        kafka.stop()
        return apply(news)

    monkeypatch.setattr(store, "apply", last)
    produce(joined(envelope, 1))
    consumer = consume()
    wait_until(lambda: members(store) == 1, what="the event")
    wait_until(lambda: not consumer.is_connected, what="word that Kafka is away")


def test_it_is_soon_not_ready_when_its_client_does_not_say_that_kafka_is_away(
    store, produce, consume, envelope, kafka, monkeypatch
):
    for name in ("LOOK_SECONDS", "ANSWER_SECONDS"):
        monkeypatch.setattr(f"services.insights.consumer.{name}", 1)
    monkeypatch.setattr("services.insights.consumer._check_is_there", lambda told: None)
    produce(joined(envelope, 1))
    consumer = consume()
    wait_until(lambda: members(store) == 1, what="the event")
    kafka.stop()
    wait_until(lambda: not consumer.is_connected, what="word that Kafka is away")
