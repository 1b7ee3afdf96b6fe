"""Programs that are forks of a process that has loaded the product: nobody can tell them from any other."""

import asyncio
import errno
import gc
import json
import os
import signal
import socket
import sys
import uuid
from pathlib import Path

import pytest

from innotter.cli import fork_server, processes
from innotter.cli.errors import CannotStart
from innotter.cli.forking import CAN_FORK, ForkServer
from innotter.cli.processes import exit_code
from innotter.cli.supervisor import Program, Supervisor
from tests.together import in_a_loop_of_its_own

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="only Linux forks what has been loaded")

TOLD = [sys.executable, "-m", "tests.cli.told"]


async def at_once():
    return True


def known_of(pid, what):
    """What the system knows of a process; nothing when it is gone."""
    try:
        return Path(f"/proc/{pid}/{what}").read_text().replace("\0", " ").strip()
    except OSError:
        return ""


def test_a_fork_is_like_a_process_of_its_own_and_has_everything_loaded():
    async def story():
        server = ForkServer()
        first, second = [await server.launch([*TOLD, "wait", word], {"WORD": word}) for word in ("one", "two")]
        said = [json.loads(await process.stdout.readline()) for process in (first, second)]
        complaint = await first.stdout.readline()
        titles = [known_of(process.pid, "cmdline") for process in (first, second)]
        environment = known_of(first.pid, "environ")
        first.send_signal(signal.SIGTERM)
        second.send_signal(signal.SIGKILL)
        codes = [await exit_code(process) for process in (first, second)]
        await server.stop()
        return said, complaint, titles, environment, codes

    said, complaint, titles, environment, codes = in_a_loop_of_its_own(story())
    assert [one["arguments"] for one in said] == [["wait", "one"], ["wait", "two"]]
    assert [one["word"] for one in said] == ["one", "two"]
    assert said[0]["parent"] == said[1]["parent"] != os.getpid()
    assert all(one["name"] == "__main__" and one["is_leader"] and one["has_loaded"] for one in said)
    assert [one["loaded_for_few"] for one in said] == [[], []]
    assert [(one["input"], one["threads"], one["sockets"]) for one in said] == [("", 1, [])] * 2
    assert complaint == b"a complaint\n"
    assert titles == [f"{' '.join(TOLD)} wait {word}" for word in ("one", "two")]
    assert "PATH=" in environment, "names of processes are not written over it"
    assert codes == [-signal.SIGTERM, -signal.SIGKILL]


def processes_with(mark):
    """Those that have a word among their arguments."""
    return [
        entry.name
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and mark in known_of(entry.name, "cmdline")
    ]


@pytest.mark.parametrize("can_fork", [True, False])
def test_what_works_once_says_its_last_words_and_its_code_and_can_be_called_off(can_fork, monkeypatch, capfd):
    monkeypatch.setattr(processes, "CAN_FORK", can_fork)
    mark = uuid.uuid4().hex

    async def story():
        supervisor = Supervisor()
        code, said = await supervisor.run_once([*TOLD, "3"], {"WORD": "once"})
        waiting = asyncio.create_task(supervisor.run_once([*TOLD, "wait", mark], {}))
        async with asyncio.timeout(20):
            while not (pids := processes_with(mark)):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        left = [pid for pid in pids if known_of(pid, "cmdline")]
        await supervisor.stop_all()
        return code, json.loads(said)["word"], left

    assert in_a_loop_of_its_own(story()) == (3, "once", [])
    assert "a complaint" in capfd.readouterr().err, "what it complains of is shown"


def test_a_server_that_dies_takes_its_forks_along_and_both_come_back(capsys):
    async def story():
        supervisor = Supervisor()
        await supervisor.start(Program("told", [*TOLD, "wait"], at_once, uses_product=True))
        [[running]] = supervisor._running
        first = running.process
        server = supervisor.fork_server._process
        server.kill()
        async with asyncio.timeout(30):
            while running.process is first:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        second = running.process.pid, supervisor.fork_server._process.pid
        is_there = known_of(first.pid, "cmdline")
        await supervisor.stop_all()
        left = [known_of(pid, "cmdline") for pid in second]
        return (first.pid, server.pid), second, is_there, left

    first, second, is_there, left = in_a_loop_of_its_own(story())
    assert set(first).isdisjoint(second)
    assert not is_there
    assert left == ["", ""]
    assert "told     │ ended unexpectedly" in capsys.readouterr().out


def test_a_product_that_cannot_be_loaded_starts_nothing(monkeypatch, capfd):
    monkeypatch.setenv("WEB_THREADS", "many")

    async def story():
        supervisor = Supervisor()
        try:
            await supervisor.start(Program("told", [*TOLD, "wait"], at_once, uses_product=True))
        finally:
            await supervisor.stop_all()

    with pytest.raises(CannotStart, match="could not be loaded"):
        in_a_loop_of_its_own(story())
    # On a busy machine asyncio's own watcher comes too late for a child, and says so.
    said = [
        line for line in capfd.readouterr().err.splitlines() if not line.startswith("WARNING asyncio: Unknown child")
    ]
    assert said == ['Environment variable "WEB_THREADS" invalid: Not a valid integer.']


def test_a_server_that_has_ended_before_it_is_asked_is_told_of_once(caplog):
    async def story():
        asked, asks = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        client = ForkServer()
        client._control = asks
        asyncio.get_running_loop().add_reader(asks, client._hear)
        asked.close()
        with pytest.raises(CannotStart, match="could not be loaded"):
            await client.launch([*TOLD, "0"], {})
        await client.stop()

    in_a_loop_of_its_own(story())
    gc.collect()
    assert caplog.text == "", "nobody waits for another answer"


def test_a_full_table_of_processes_fails_one_start_and_not_the_server(monkeypatch):
    def no_room():
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    async def story():
        asked, asks = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        client = ForkServer()
        client._control = asks
        asyncio.get_running_loop().add_reader(asks, client._hear)
        launching = asyncio.create_task(client.launch([*TOLD, "0"], {}))
        await asyncio.sleep(0.1)
        monkeypatch.setattr(os, "fork", no_room)
        with asked:
            assert not fork_server._is_fork(asked, fork_server._received(asked))
            with pytest.raises(OSError, match="Resource temporarily unavailable"):
                await launching
        await client.stop()

    in_a_loop_of_its_own(story())
