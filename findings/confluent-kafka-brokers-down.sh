#!/usr/bin/env bash
# Guess: a consumer whose brokers have all gone away learns of it where it reads: consume() returns a message whose
#   error() says so, as it does at the end of a partition.
# Happens: consume() returns nothing at all, as when there is nothing new; _ALL_BROKERS_DOWN goes to error_cb alone.
# Version: confluent-kafka 2.16.1, against the mock cluster of its librdkafka.
# Matters: a consumer without error_cb looks healthy for as long as its brokers are away: its readiness check must ask
#   error_cb.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'confluent-kafka==2.16.1'
"$folder/venv/bin/python" - <<'PY'
import subprocess
import sys
import time

from confluent_kafka import Consumer, Producer

BROKER = """
import sys, time
from confluent_kafka import Producer
producer = Producer({"bootstrap.servers": "mock", "test.mock.num.brokers": 1})
print(next(iter(producer.list_topics(timeout=10).brokers.values())), flush=True)
time.sleep(60)
"""
broker = subprocess.Popen([sys.executable, "-c", BROKER], stdout=subprocess.PIPE, text=True)
address = broker.stdout.readline().split("/")[0].strip()
producer = Producer({"bootstrap.servers": address, "log_level": 0})
producer.produce("news", b"hello")
assert producer.flush(10) == 0

told, errors, bodies = [], [], []
consumer = Consumer(
    {"bootstrap.servers": address, "group.id": "g", "log_level": 0, "auto.offset.reset": "earliest", "error_cb": lambda e: told.append(e.name())},
)
consumer.subscribe(["news"])


def consume(seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until and not bodies:
        for message in consumer.consume(10, 0.2):
            (errors if message.error() else bodies).append(message.error() or message.value())


consume(30)
print("read:", bodies)
assert bodies == [b"hello"]
bodies.clear(), told.clear()
broker.kill()
broker.wait()
consume(6)
print("errors from consume():", errors)
print("errors from error_cb:", sorted(set(told)))
assert not errors, "changed"
assert "_ALL_BROKERS_DOWN" in told, "changed"
PY
