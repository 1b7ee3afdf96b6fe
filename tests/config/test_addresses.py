"""Addresses of cache and broker are understood in every usual spelling, or refused with a sentence."""

import os
import subprocess
import sys

import pytest
from environs import EnvValidationError
from kombu import Connection
from limits.storage import storage_from_string
from redis import Redis

from innotter.config.addresses import broker_address, cache_address


@pytest.mark.parametrize(
    ("given", "cache", "broker"),
    [
        ("redis://h:6379/0", "redis://h:6379/0", "redis://h:6379/0"),
        ("valkey://u:p@h:6379/1", "redis://u:p@h:6379/1", "redis://u:p@h:6379/1"),
        ("VALKEYS://h/2", "rediss://h/2", "rediss://h/2"),
        ("unix:///run/v.sock?db=3", "unix:///run/v.sock?db=3", "redis+socket:///run/v.sock?virtual_host=3"),
        ("redis+socket:///v?virtual_host=3", "unix:///v?db=3", "redis+socket:///v?virtual_host=3"),
        ("valkey+unix:///v", "unix:///v", "redis+socket:///v"),
    ],
)
def test_each_spelling_is_understood(given, cache, broker):
    assert (cache_address(given), broker_address(given)) == (cache, broker)
    assert Redis.from_url(cache_address(given)).connection_pool
    assert storage_from_string(cache_address(given).replace("unix://", "redis+unix://", 1))
    assert Connection(broker_address(given)).get_transport_cls().driver_type == "redis"


def test_a_broker_may_be_rabbitmq_by_each_of_its_names():
    assert broker_address("pyamqp://u:p@h//") == "amqp://u:p@h//"
    assert broker_address("amqps://h;pyamqp://i") == "amqps://h;amqp://i"


@pytest.mark.parametrize("given", ["memcached://h", "h:6379", "redis:/h", "valkey://", "http://h"])
def test_any_other_is_refused_with_a_sentence(given):
    for read in (cache_address, broker_address):
        with pytest.raises(EnvValidationError, match="begins with one of redis://, valkey://"):
            read(given)


def test_the_command_says_the_sentence_and_shows_no_traceback(tmp_path):
    said = subprocess.run(
        [sys.executable, "-m", "innotter", "doctor"],
        env=os.environ
        | {
            "CACHE_URL": "memcached://host",
            "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
            "DATA_DIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert said.returncode == 1
    assert "begins with one of redis://, valkey://" in said.stderr
    assert "Traceback" not in said.stderr
