"""Events leave the house: over HTTP, AMQP and Kafka, in order, at least once, however long the other side is away."""

import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pika
import pytest
import time_machine
from cloudevents.core.formats.json import JSONFormat
from confluent_kafka import Consumer
from django.db import transaction
from django.utils import timezone

from innotter.events.forwarding import forward_all, replay
from innotter.events.models import Event, Outgoing, Sink
from innotter.events.services import record
from innotter.events.sinks.kafka import topic_of
from innotter.mail.events import MailWritten
from innotter.pages.events import PageEdited, PageFollowed
from services.stats.consumer import parameters_of
from tests.servers import RABBITMQ
from tests.together import at_the_same_moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def listener():
    """A program outside that takes events over HTTP; it answers with `status`."""

    class Listener(BaseHTTPRequestHandler):
        status, heard, headers_seen = 204, [], {}

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = Listener.status(json.loads(body)) if callable(Listener.status) else Listener.status
            if status == 204:
                Listener.heard += json.loads(body)
            Listener.headers_seen = dict(self.headers)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *words):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    Listener.address = f"http://127.0.0.1:{server.server_port}/events"
    yield Listener
    server.shutdown()
    server.server_close()


@pytest.fixture
def to_listener(settings, listener):
    settings.EVENT_SINKS = {"statistics": listener.address}
    return listener


def happen(*events):
    with transaction.atomic():
        return [record(event) for event in events]


def followed(page=7, follower=1):
    return PageFollowed(page_id=page, follower_id=follower)


def later(**span):
    return time_machine.travel(timezone.now() + timedelta(**span), tick=False)


def test_events_are_sent_in_order_as_cloudevents(to_listener, settings):
    happen(*(followed(follower=number) for number in range(1, 6)))
    assert forward_all() == 5

    assert [event["data"]["follower_id"] for event in to_listener.heard] == [1, 2, 3, 4, 5]
    assert to_listener.headers_seen["Content-Type"] == "application/cloudevents-batch+json"
    assert to_listener.headers_seen["Authorization"].startswith("Bearer ")
    for event in to_listener.heard:
        read = JSONFormat().read(None, json.dumps(event))  # The project's own reader of CloudEvents.
        assert (read.get_type(), read.get_source()) == ("innotter.page.followed", settings.SITE_URL)
        assert read.get_subject() == "page/7"
        assert read.get_data() == {"page_id": 7, "follower_id": int(read.get_data()["follower_id"])}
    assert not Outgoing.objects.exists()
    assert Sink.objects.get().last_sent_at


def test_steps_of_our_own_stay_in_the_house(to_listener):
    happen(MailWritten(mail_id=1))
    assert forward_all() == 0


def test_without_sinks_nothing_is_kept_for_anybody(settings):
    settings.EVENT_SINKS = {}
    happen(followed())
    assert (forward_all(), Outgoing.objects.count()) == (0, 0)


def test_while_the_other_side_is_away_events_wait_and_are_all_sent_when_it_is_back(to_listener):
    to_listener.status = 503
    happen(followed(follower=1))
    for _number in range(3):
        assert forward_all() == 0
    state = Sink.objects.get()
    assert (state.failures, "503" in state.error) == (1, True), "it is left alone for a moment"

    with later(hours=72):
        for _number in range(20):  # Days of that: nothing is given up.
            forward_all()
            Sink.objects.update(next_attempt_at=timezone.now())
        happen(followed(follower=2))
        to_listener.status = 204
        assert forward_all() == 2
    assert [event["data"]["follower_id"] for event in to_listener.heard] == [1, 2]
    assert (Sink.objects.get().failures, Sink.objects.get().error) == (0, "")


def test_a_clock_that_was_ahead_lets_nothing_wait_once_it_is_set_right(to_listener):
    """A laptop whose clock keeps local time is hours ahead for a moment after its start: services are not there yet."""
    to_listener.status = 503
    with later(hours=3):
        happen(followed())
        assert forward_all() == 0
    to_listener.status = 204
    assert forward_all() == 1


def test_one_that_is_refused_is_put_aside_and_the_others_go_on(to_listener):
    to_listener.status = lambda events: 422 if any(event["data"]["follower_id"] == 2 for event in events) else 204
    happen(*(followed(follower=number) for number in (1, 2, 3)))
    assert forward_all() == 3

    assert [event["data"]["follower_id"] for event in to_listener.heard] == [1, 3]
    refused = Outgoing.objects.refused().get()
    assert "422" in refused.error
    assert forward_all() == 0, "it is not tried again by itself"


def test_one_sink_that_is_away_does_not_hold_up_the_other(to_listener, settings):
    settings.EVENT_SINKS = {"insights": "http://127.0.0.1:1/events", **settings.EVENT_SINKS}
    happen(followed())
    assert forward_all() == 1
    assert Outgoing.objects.get().sink == "insights"


@pytest.mark.django_db(transaction=True)
def test_of_many_senders_one_sends_at_a_time_and_nothing_twice(to_listener):
    happen(*(followed(follower=number) for number in range(1, 31)))
    at_the_same_moment(*[forward_all] * 4)
    assert [event["data"]["follower_id"] for event in to_listener.heard] == list(range(1, 31))


def test_everything_can_be_sent_again_from_the_beginning_or_from_a_time_on(to_listener):
    happen(followed(follower=1), MailWritten(mail_id=1))
    with later(days=1):
        happen(followed(follower=2))
    forward_all()
    to_listener.heard.clear()

    assert replay(name="statistics") == 2
    assert forward_all() == 2
    assert replay(name="statistics", since=timezone.now() + timedelta(hours=12)) == 1
    forward_all()
    assert [event["data"]["follower_id"] for event in to_listener.heard] == [1, 2, 2]


def test_what_was_refused_is_sent_again_with_the_rest(to_listener):
    to_listener.status = 400
    happen(followed())
    forward_all()
    to_listener.status = 204
    replay(name="statistics")
    assert forward_all() == 1


@pytest.fixture
def queue(rabbitmq):
    """A queue at the exchange of events, and what is in it."""
    with pika.BlockingConnection(parameters_of(RABBITMQ)) as connection:
        channel = connection.channel()
        channel.exchange_declare("innotter.events", "topic", durable=True)
        name = channel.queue_declare("", exclusive=True).method.queue
        channel.queue_bind(name, "innotter.events", "innotter.page.#")
        yield lambda: channel.basic_get(name, auto_ack=True)


def test_rabbitmq_takes_persistent_messages_under_their_type(settings, rabbitmq, queue):
    settings.EVENT_SINKS = {"statistics": rabbitmq.address}
    happen(followed(follower=1), followed(follower=2))
    assert forward_all() == 2

    method, words, body = queue()
    assert (method.routing_key, words.delivery_mode) == ("innotter.page.followed", 2)
    assert words.content_type == "application/cloudevents+json"
    assert json.loads(body)["data"] == {"page_id": 7, "follower_id": 1}
    assert json.loads(queue()[2])["data"]["follower_id"] == 2


def test_an_event_that_no_queue_wants_waits_for_one(settings, rabbitmq):
    settings.EVENT_SINKS = {"statistics": rabbitmq.address}
    happen(followed())
    assert forward_all() == 0
    assert "No queue is bound" in Sink.objects.get().error
    assert Outgoing.objects.waiting().count() == 1


def test_rabbitmq_may_go_and_come_back(settings, rabbitmq, queue):
    settings.EVENT_SINKS = {"statistics": rabbitmq.address}
    happen(followed(follower=1))
    assert forward_all() == 1
    rabbitmq.shut()
    happen(followed(follower=2))
    assert forward_all() == 0
    assert "RabbitMQ" in Sink.objects.get().error
    rabbitmq.open()
    Sink.objects.update(next_attempt_at=timezone.now())
    assert forward_all() == 1


def read_topics(address, *topics, count):
    consumer = Consumer({"bootstrap.servers": address, "group.id": "tests", "auto.offset.reset": "earliest"})
    consumer.subscribe(list(topics))
    try:
        found = []
        for _number in range(200):
            message = consumer.poll(0.1)
            if message is not None and message.error() is None:
                found.append(message)
            if len(found) == count:
                return found
        raise AssertionError(f"{len(found)} of {count} messages came")
    finally:
        consumer.close()


def test_kafka_takes_events_by_topic_keyed_by_what_they_are_about(settings, kafka):
    settings.EVENT_SINKS = {"insights": f"kafka://{kafka.address}"}
    happen(followed(page=7), PageEdited(page_id=7, handle="wonder"), followed(page=8))
    assert forward_all() == 3

    messages = read_topics(kafka.address, "user-activities", count=3)
    assert sorted(message.key() for message in messages) == [b"page/7", b"page/7", b"page/8"]
    mine = [json.loads(message.value())["type"] for message in messages if message.key() == b"page/7"]
    assert mine == ["innotter.page.followed", "innotter.page.edited"]


def test_each_type_has_its_topic():
    """C-10"""
    assert topic_of("innotter.task.created") == topic_of("innotter.team.joined") == "task-events"
    assert topic_of("innotter.task.overdue") == topic_of("innotter.page.blocked") == "system-notifications"
    assert topic_of("innotter.job.failed") == topic_of("innotter.bid.placed") == "job-events"
    assert topic_of("innotter.page.viewed") == "analytics-events"
    assert topic_of("innotter.post.liked") == topic_of("innotter.user.registered") == "user-activities"


def test_kafka_may_go_and_come_back(settings, kafka, monkeypatch):
    settings.EVENT_SINKS = {"insights": f"kafka://{kafka.address}"}
    kafka.stop()
    happen(followed(follower=1))
    with monkeypatch.context() as impatient:
        impatient.setattr("innotter.events.sinks.kafka.PATIENCE", 2)
        assert forward_all() == 0
    assert "Kafka" in Sink.objects.get().error

    settings.EVENT_SINKS = {"insights": f"kafka://{kafka.start()}"}
    Sink.objects.update(next_attempt_at=timezone.now())
    assert forward_all() == 1
    assert json.loads(read_topics(kafka.address, "user-activities", count=1)[0].value())["data"]["follower_id"] == 1


def test_the_outbox_keeps_what_was_sent(to_listener):
    happen(followed())
    forward_all()
    assert Event.objects.count() == 1
