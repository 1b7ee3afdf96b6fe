"""The broker's client comes back by itself, and takes up work again, however the broker fell."""

import pytest
from celery import current_app
from django.conf import settings
from kombu import Exchange, Queue
from redis.exceptions import ConnectionError as Away

from innotter.config.brokers import Connection
from innotter.config.celery import app

PRIVATE = settings.CELERY_BROKER_URL


def away(*words, **more):
    raise Away("connection refused")


@pytest.fixture
def channel():
    if not PRIVATE.startswith("redis"):
        pytest.skip("only on Redis are acknowledgements the client's own business")
    with Connection(PRIVATE) as connection:
        channel = connection.default_channel
        channel.basic_qos(0, 1, False)
        queue = Queue("tests.brokers", Exchange("tests.brokers"), routing_key="tests.brokers")(channel)
        queue.declare()
        queue.purge()
        connection.Producer().publish({}, exchange=queue.exchange, routing_key=queue.routing_key)
        yield channel, queue.get()
        queue.delete()


@pytest.mark.parametrize("how", ["ack", "reject", "requeue"])
def test_a_message_that_could_not_be_acknowledged_takes_no_place(channel, monkeypatch, how):
    channel, message = channel
    assert not channel.qos.can_consume(), "the only hand is busy"
    with monkeypatch.context() as patch, pytest.raises(Away):
        patch.setattr("redis.client.Pipeline.execute", away)
        patch.setattr(type(channel.qos), "restore_by_tag", away)
        getattr(message, how)()
    assert channel.qos.can_consume()


def test_everybody_who_sends_or_works_has_this_client():
    for found in (app.connection_for_read(), app.connection_for_write(), current_app.connection_for_read().clone()):
        assert isinstance(found, Connection)


def test_a_broker_that_is_away_for_long_is_found_within_seconds_of_its_return(monkeypatch):
    """kombu's own pauses grow by two seconds with each try."""
    pauses = []

    class Enough(Exception):
        pass

    def told(error, pause):
        pauses.append(pause)
        if len(pauses) == 12:
            raise Enough

    monkeypatch.setattr("kombu.utils.functional.sleep", lambda seconds: None)
    with pytest.raises(Enough):
        Connection("redis://127.0.0.1:1/0").ensure_connection(told, None)
    assert max(pauses) <= 2
    assert app.conf.broker_connection_max_retries is None
