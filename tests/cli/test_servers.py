"""The private Valkey is cache and broker in one: what anybody can put into the cache never costs a message."""

import os
import subprocess
from types import SimpleNamespace

import pytest
import redis

from innotter.cli import servers as starting
from innotter.cli.servers import PrivateServers
from innotter.config.data_dir import DataDir
from tests.running import wait_until

QUIET = subprocess.DEVNULL


@pytest.fixture
def small_valkey(tmp_path):
    """The server as `innotter up` starts it, with room for little."""
    place = DataDir(tmp_path / "data")
    place.make()
    servers = PrivateServers(place)
    servers.prepare()
    as_owner = {"user": servers.user, "group": servers.user, "extra_groups": []} if servers.user else {}
    command = [*servers.valkey().command, "--maxmemory", "4mb"]
    process = subprocess.Popen(command, stdout=QUIET, stderr=QUIET, **as_owner)
    wait_until(servers.valkey_answers, what="a Valkey")
    with redis.Redis(unix_socket_path=str(place.valkey_socket)) as client:
        yield client
    process.terminate()
    process.wait(10)


def test_cached_pages_give_way_and_messages_stay(small_valkey):
    small_valkey.lpush("jobs", "a message")
    for number in range(200):
        small_valkey.set(f"page {number}", b"x" * 50_000, ex=3600)
    assert small_valkey.lrange("jobs", 0, -1) == [b"a message"]
    assert 0 < len(small_valkey.keys("page *")) < 200


def test_of_two_first_starts_at_once_each_takes_the_account_that_the_other_made(monkeypatch):
    accounts = {}

    def refuse(command, **options):
        accounts[command[-1]] = SimpleNamespace(pw_uid=1)  # Made by the other, a moment ago.
        raise subprocess.CalledProcessError(9, command)

    monkeypatch.setattr(starting, "pwd", SimpleNamespace(getpwnam=accounts.__getitem__))
    monkeypatch.setattr(subprocess, "run", refuse)
    starting._ensure_account()
    assert list(accounts) == [starting.ACCOUNT]


def test_of_two_first_starts_at_once_each_takes_the_folder_that_the_other_made(monkeypatch, tmp_path):
    folder = tmp_path / "servers"
    folder.mkdir()
    with monkeypatch.context() as looked_too_early:
        looked_too_early.setattr("pathlib.Path.exists", lambda path: False)
        starting._make_folder(folder, 0o755)
    assert folder.stat().st_uid == os.geteuid()


@pytest.mark.parametrize(
    ("given", "most"),
    [
        ({}, 60),
        ({"WEB_WORKERS": "16"}, 180),
        ({"DATABASE_POOL_SIZE": "20", "JOB_CONCURRENCY": "8"}, 232),
        ({"WEB_WORKERS": "auto"}, 60),
    ],
)
def test_the_database_has_room_for_as_many_processes_as_an_operator_wishes(tmp_path, monkeypatch, given, most):
    """A process of the web server for each of 16 cores, as is usual: busy, most of them were sent away by it."""
    for name in ("WEB_WORKERS", "WORKER_CONCURRENCY", "JOB_CONCURRENCY", "DATABASE_POOL_SIZE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert f"max_connections={most}" in PrivateServers(DataDir(tmp_path)).postgres().command
