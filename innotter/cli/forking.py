"""Starts programs as forks of one process that has loaded what they need (`fork_server.py`)."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial

from innotter.cli.errors import CannotStart
from innotter.cli.linux import end_with_parent

#: Its last argument is room for the longer ones of its forks, which are written over it.
SERVER = [sys.executable, "-m", "innotter.cli.fork_server", " " * 500]
LONGEST_ANSWER = 4096
#: Elsewhere system libraries start threads, and a fork has only one of them.
CAN_FORK = sys.platform == "linux"


class ForkedProcess:
    """A program that is a fork, with what the supervisor asks of a process."""

    def __init__(self, pid: int, stdout: asyncio.StreamReader | None) -> None:
        self.pid = pid
        self.stdout = stdout
        self.ended_with: int | None = None
        #: Whether its parent, which would tell of its end, is gone.
        self.is_orphan = False

    @property
    def returncode(self) -> int | None:
        """As of the processes of asyncio. Nobody knows an orphan's: it counts as killed."""
        if self.ended_with is None and self.is_orphan and not _is_there(self.pid):
            self.ended_with = -signal.SIGKILL
        return self.ended_with

    def send_signal(self, signum: int) -> None:
        """Unless it has ended."""
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signum)


class ForkServer:
    """The other process. It is started when it is needed, and again when it has ended: its forks end with it."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._control: socket.socket | None = None
        self._forks: dict[int, ForkedProcess] = {}
        #: Of the program that is being started: what becomes its process, and what it will say.
        self._started: asyncio.Future[ForkedProcess] | None = None
        self._voice: asyncio.StreamReader | None = None
        self._turn = asyncio.Lock()

    async def prepare(self) -> None:
        """Have it load the product, which takes a second or two: whoever launches something later waits the less."""
        async with self._turn:
            if CAN_FORK and self._control is None:
                await self._start()

    async def launch(
        self, command: Sequence[str], environment: Mapping[str, str], *, errors: int | None = None
    ) -> ForkedProcess:
        """A process like that of `command`, which is `python -m module …`, in a session of its own.

        What it says can be read from its `stdout`; its errors too, unless they have a descriptor of their own. Raises
        CannotStart when the product cannot be loaded, and OSError when there is no room for another process.
        """
        async with self._turn:
            control = self._control or await self._start()
            ours, theirs = os.pipe()
            self._voice = await _reader(ours)
            self._started = asyncio.get_running_loop().create_future()
            order = {"command": command[1:], "environment": environment}
            try:
                socket.send_fds(control, [json.dumps(order).encode()], [theirs, theirs if errors is None else errors])
            except OSError:
                self._started = None  # It is refused here: an answer that nobody waits for would be logged as an error.
                raise _cannot_load() from None
            finally:
                os.close(theirs)
            return await self._started

    async def stop(self) -> None:
        """End it, once its programs have ended."""
        if self._process and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()
        self._forget()

    async def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                *SERVER,
                stdin=theirs.fileno(),
                start_new_session=True,
                preexec_fn=partial(end_with_parent, signal.SIGTERM),
            )
        ours.setblocking(False)
        self._control = ours
        asyncio.get_running_loop().add_reader(ours, self._hear)
        return ours

    def _hear(self) -> None:
        """Take a message of the server's; one without words is its end."""
        message = b""
        with suppress(OSError):
            message = self._control.recv(LONGEST_ANSWER) if self._control else b""
        if not message:
            self._forget()
            return
        said = json.loads(message)
        started = self._started if self._started and not self._started.done() else None
        if "failed" in said and started:
            started.set_exception(OSError(said["failed"], os.strerror(said["failed"])))
        elif "forked" in said:
            fork = self._forks[said["forked"]] = ForkedProcess(said["forked"], self._voice)
            if started:
                started.set_result(fork)
        elif said.get("ended") in self._forks:
            self._forks.pop(said["ended"]).ended_with = said["code"]

    def _forget(self) -> None:
        """It has ended, and its forks are told to end by the kernel."""
        if self._control:
            asyncio.get_running_loop().remove_reader(self._control)
            self._control.close()
        self._control = None
        for fork in self._forks.values():
            fork.is_orphan = True
        self._forks.clear()
        if self._started and not self._started.done():
            self._started.set_exception(_cannot_load())


def _cannot_load() -> CannotStart:
    return CannotStart("The product could not be loaded. The reason is above; nothing was started.")


async def _reader(descriptor: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", buffering=0)
    )
    return reader


def _is_there(pid: int) -> bool:
    """Whether a process that nobody else waits for is still there. Process 1 is who orphans are left to."""
    try:
        return os.waitpid(pid, os.WNOHANG) == (0, 0)
    except ChildProcessError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
