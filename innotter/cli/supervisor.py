"""Starts programs in order, keeps them running, and stops them all.

A supervisor of our own, because those on the shelf either end everything when one program ends (honcho), or know
nothing of "start this when that is ready" (supervisord).
"""

import asyncio
import ctypes
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from innotter.cli.errors import CannotStart

#: How long programs may take to finish what they are doing, before they are killed.
STOP_SECONDS = 15
READY_SECONDS = 60
#: A program that lived so long had come up, and did not end for a reason that ends it at once again.
SETTLED_SECONDS = 5
LONGEST_PAUSE = 30
PR_SET_PDEATHSIG = 1

_COLOURS = {"postgres": 34, "valkey": 35, "web": 32, "worker": 33, "runner": 31, "beat": 36}


@dataclass(frozen=True)
class Program:
    """Something that runs until it is stopped. `is_ready` is asked until it says yes."""

    name: str
    command: Sequence[str]
    is_ready: Callable[[], Awaitable[bool]]
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    environment: dict[str, str] = field(default_factory=dict)
    #: Its words are shown only when it fails.
    is_quiet: bool = False


class Supervisor:
    """Runs programs until `stop` is set; then stops them, last started first."""

    def __init__(self) -> None:
        self.stop = asyncio.Event()
        self._running: list[_Running] = []

    async def start(self, program: Program) -> None:
        """Start a program and wait until it is ready."""
        running = _Running(program)
        self._running.append(running)
        await running.launch()
        await self._await_ready(running)
        running.keeper = asyncio.create_task(running.keep())

    async def stop_all(self) -> None:
        """Stop what was started, last first: nobody loses the database before those who use it are gone."""
        for running in reversed(self._running):
            await running.end()

    async def _await_ready(self, running: "_Running") -> None:
        until = time.monotonic() + READY_SECONDS
        while not await running.program.is_ready():
            if self.stop.is_set():
                raise asyncio.CancelledError
            if running.process.returncode is not None:
                await asyncio.sleep(0.1)  # Its last words are on their way.
                running.complain()
                raise CannotStart(f"{running.program.name} stopped while starting. Its last words are above.")
            if time.monotonic() > until:
                raise CannotStart(f"{running.program.name} was not ready within {READY_SECONDS} seconds.")
            await asyncio.sleep(0.05)


class _Running:
    """A program's process: its words are passed on, its end is noticed, and it is started again."""

    process: asyncio.subprocess.Process
    keeper: asyncio.Task[None] | None = None

    def __init__(self, program: Program) -> None:
        self.program = program
        self._voice: asyncio.Task[None] | None = None
        self._last_words: deque[str] = deque(maxlen=30)

    async def launch(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            *self.program.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=os.environ | self.program.environment,
            **_as_user(self.program.user),
            start_new_session=True,  # Ctrl-C is ours to pass on.
            preexec_fn=_end_with_parent(self.program.stop_signal),
        )
        self._voice = asyncio.create_task(self._pass_on())

    async def keep(self) -> None:
        """Start the program again whenever it ends, after a pause that grows while it keeps ending at once."""
        pause = 1.0
        while True:
            started = time.monotonic()
            code = await self._exit()
            self.complain()
            self._kill_group()  # What it had started must not go on beside its successor.
            pause = 1.0 if time.monotonic() - started > SETTLED_SECONDS else min(pause * 2, LONGEST_PAUSE)
            say(self.program.name, f"ended unexpectedly ({code}), starts again in {pause:.0f} s")
            await asyncio.sleep(pause)
            await self.launch()

    def complain(self) -> None:
        """Show the last words of a program that had been told to be quiet."""
        while self._last_words:
            say(self.program.name, self._last_words.popleft())

    async def end(self) -> None:
        """Ask the process to stop; kill it and what it has started if it does not."""
        if self.keeper:
            self.keeper.cancel()
        if self.process.returncode is None:
            self.process.send_signal(self.program.stop_signal)
            try:
                await asyncio.wait_for(self._exit(), STOP_SECONDS)
            except TimeoutError:
                self._kill_group()
                await self._exit()
        self._kill_group()
        if self._voice:
            await self._voice

    async def _exit(self) -> int:
        """The process's exit code, once it has one. (`Process.wait` waits for all who hold its pipe, children too.)"""
        while self.process.returncode is None:  # noqa: ASYNC110 - nothing tells of it but the number itself
            await asyncio.sleep(0.1)
        return self.process.returncode

    def _kill_group(self) -> None:
        with suppress(ProcessLookupError, PermissionError):  # All of it has ended.
            os.killpg(self.process.pid, signal.SIGKILL)

    async def _pass_on(self) -> None:
        if self.process.stdout is None:
            return
        while line := await _line(self.process.stdout):
            text = line.decode(errors="replace").rstrip()
            if self.program.is_quiet:
                self._last_words.append(text)
            else:
                say(self.program.name, text)


async def _line(stream: asyncio.StreamReader) -> bytes:
    try:
        return await stream.readline()
    except ValueError:  # A line longer than the buffer: its beginning is lost, the rest goes on.
        return b"(a very long line)\n"


def say(name: str, text: str) -> None:
    """A line of a program, behind its name."""
    label = f"{name:<8} │ "
    if sys.stdout.isatty():
        label = f"\x1b[{_COLOURS.get(name, 37)}m{label}\x1b[0m"
    print(label + text, flush=True)


def _as_user(user: str | None) -> dict[str, Any]:
    return {"user": user, "group": user, "extra_groups": []} if user else {}


def _end_with_parent(stop_signal: signal.Signals) -> Callable[[], None] | None:
    """On Linux, have the kernel stop the program when the supervisor dies without a word."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, stop_signal)
