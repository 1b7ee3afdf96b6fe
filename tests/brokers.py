"""Brokers that tests stop and start: RabbitMQ of this machine behind a door of our own, and Kafka's mock cluster."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import pika
import pytest

from services.stats.consumer import parameters_of
from tests.running import free_port
from tests.servers import RABBITMQ, REQUIRED, answers

#: A mock cluster serves the protocol from within librdkafka, in a process of its own, for as long as that lives.
CLUSTER = """
import sys, time
from confluent_kafka import Producer
producer = Producer({"bootstrap.servers": "unused", "test.mock.num.brokers": 1, "log_level": 0})
brokers = producer.list_topics(timeout=10).brokers.values()
print(",".join(f"{broker.host}:{broker.port}" for broker in brokers), flush=True)
time.sleep(600)
"""


class Door:
    """Leads from a port of our own to a server; shut, nobody gets through, and who is inside is thrown out.

    While it is not `passable`, nobody is thrown out, and nothing gets through.
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._target = (str(parts.hostname), int(parts.port or 5672))
        self.port = free_port()
        self.address = parts._replace(netloc=f"{parts.username}:{parts.password}@127.0.0.1:{self.port}").geturl()
        self._inside: list[socket.socket] = []
        self._listener: socket.socket | None = None
        self.passable = threading.Event()
        self.passable.set()

    def open(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._admit, args=[self._listener], daemon=True).start()

    def shut(self) -> None:
        self.passable.set()
        if self._listener:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        for each in self._inside:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._inside.clear()

    def _admit(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _address = listener.accept()
                far = socket.create_connection(self._target)
                self._inside += [near, far]
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=[source, sink], daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                self.passable.wait()
                sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def rabbitmq() -> Iterator[Door]:
    """RabbitMQ, behind an open door, without queues of ours."""
    if not answers(RABBITMQ):
        message = "RabbitMQ does not run on this machine"
        pytest.fail(message) if REQUIRED else pytest.skip(message)
    _clear()
    door = Door(RABBITMQ)
    door.open()
    yield door
    door.shut()
    _clear()


def _clear() -> None:
    with pika.BlockingConnection(parameters_of(RABBITMQ)) as connection:
        channel = connection.channel()
        for queue in ("innotter.stats", "innotter.stats.dead"):
            channel.queue_delete(queue)
        channel.exchange_delete("innotter.events")


class Cluster:
    """Kafka, as far as its protocol goes."""

    def start(self) -> str:
        """Start it; gives its address, which is another each time."""
        self._process = subprocess.Popen([sys.executable, "-c", CLUSTER], stdout=subprocess.PIPE, text=True)
        self.address = self._process.stdout.readline().strip()
        return self.address

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()


@pytest.fixture
def kafka() -> Iterator[Cluster]:
    cluster = Cluster()
    cluster.start()
    yield cluster
    cluster.stop()
