"""A database that has crashed has lost its notes of changes: what was kept counts no more, also behind a pooler."""

import asyncio
import os
import signal
import subprocess
from contextlib import suppress
from importlib import import_module
from types import SimpleNamespace

import psycopg
import pytest

from innotter.cli.servers import PrivateServers
from innotter.config.data_dir import DataDir
from innotter.feed.queries import changes
from innotter.feed.queries.changes import Away, Changes
from tests.running import wait_until

QUIET = subprocess.DEVNULL


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A PostgreSQL of the test's own, with the notes of changes: how to connect to it."""
    place = DataDir(tmp_path / "data")
    place.make()
    servers = PrivateServers(place)
    servers.prepare()
    as_owner = {"user": servers.user, "group": servers.user, "extra_groups": []} if servers.user else {}
    process = subprocess.Popen(servers.postgres().command, stdout=QUIET, stderr=QUIET, **as_owner)
    words = {"host": str(place.sockets), "user": "innotter", "dbname": "postgres"}

    def connect():
        return psycopg.connect(**words, autocommit=True)

    def asked(question):
        with suppress(psycopg.OperationalError), connect() as connection:
            return connection.execute(question).fetchone()[0]

    wait_until(lambda: asked("SELECT true"), what="a PostgreSQL")
    with connect() as first:
        first.execute(import_module("innotter.feed.migrations.0001_changes").TABLE)
    named = SimpleNamespace(get_connection_params=lambda: words)
    monkeypatch.setattr(changes, "connections", {"default": named})
    yield SimpleNamespace(connect=connect, asked=asked)
    process.send_signal(signal.SIGINT)
    process.wait(60)


def crash(server):
    """End one of its processes without a word: all start anew, and what is not logged is lost."""
    # Not "somebody answers": for a moment the server lets people in who are then thrown out with the others.
    has_lost_its_notes = "SELECT NOT EXISTS (SELECT FROM feed_change)"
    assert server.asked(has_lost_its_notes) is False
    with server.connect() as other:
        os.kill(other.info.backend_pid, signal.SIGKILL)
        with suppress(psycopg.OperationalError):
            other.execute("SELECT pg_sleep(10)")
    wait_until(lambda: server.asked(has_lost_its_notes), what="the end of the recovery")


async def looked(asking):
    """The position of a connection, once there is one."""
    while True:
        with suppress(Away):
            return await asking.look()
        await asyncio.sleep(0.05)


def as_a_pooler_does(asking):
    """Go on with another connection, without a word."""
    loop = asyncio.get_running_loop()
    other, *_rest = changes._connected()
    loop.remove_reader(asking._connection.socket)
    asking._connection.finish()
    asking._connection = other
    loop.add_reader(asking._connection.socket, asking._read)


async def _goes_on(server, *, crashes):
    """Whether what was kept before a change that was lost, or was not, still counts."""
    asking = Changes()
    try:
        position = await looked(asking)
        with server.connect() as writer:
            writer.execute("SELECT feed_note('p', 7)")
        if crashes:
            crash(server)
        as_a_pooler_does(asking)
        with suppress(Away):
            await asking.look()
        return asking.is_valid(position, reader=1, pages=[7]), asking.is_valid(position, reader=1, pages=[8])
    finally:
        asking.close()


def test_behind_a_pooler_no_answer_that_is_kept_outlives_the_crash(server):
    assert asyncio.run(_goes_on(server, crashes=True)) == (False, False)


def test_another_connection_to_the_same_server_is_nothing(server):
    assert asyncio.run(_goes_on(server, crashes=False)) == (False, True)
