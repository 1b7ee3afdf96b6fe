"""Starts programs in order, keeps them running, and stops them all.

A supervisor of our own, because those on the shelf either end everything when one program ends (honcho), or know
nothing of "start this when that is ready" (supervisord).
"""

import asyncio
import signal
import sys
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from innotter.cli.errors import CannotStart
from innotter.cli.forking import ForkServer
from innotter.cli.log_file import note
from innotter.cli.processes import Process, execute, exit_code, kill_group, launch_module

#: How long programs may take to finish what they are doing, before they are killed.
STOP_SECONDS = 15
READY_SECONDS = 60
#: A program that ran for this many seconds had started: its end is no reason to expect it to fail again at once.
SETTLED_SECONDS = 5
LONGEST_PAUSE = 30
STANDARD_ERROR = 2
#: Between two looks at whether a program works, and how many must say no in a row: a machine that was asleep needs one.
LOOK_SECONDS, LOOKS = 10.0, 2

_COLOURS = {"postgres": 34, "valkey": 35, "web": 32, "worker": 33, "runner": 31}


@dataclass(frozen=True)
class Program:
    """Something that runs until it is stopped. `is_ready` is asked until it says yes."""

    name: str
    command: Sequence[str]
    is_ready: Callable[[], Awaitable[bool]]
    #: Whether it is a module of Python that shares what is loaded of the product, where that can be.
    uses_product: bool = False
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    environment: dict[str, str] = field(default_factory=dict)
    #: Its words are shown only when it fails.
    is_quiet: bool = False
    #: Whether it runs and does nothing; then it is started again.
    is_stuck: Callable[[], Awaitable[bool]] | None = None
    #: The words with which it ends while starting for a reason that passes: then it is started again.
    passing_reason: str | None = None
    #: Whether nothing works without it. What is not needed may come later: what it needs may be away just now.
    is_needed: bool = True


class Supervisor:
    """Runs programs until `stop` is set; then stops them, last started first."""

    def __init__(self) -> None:
        self.stop = asyncio.Event()
        #: Those that were started together, in the order of their starts.
        self._running: list[list[_Running]] = []
        self.fork_server = ForkServer()

    async def start(self, *programs: Program) -> None:
        """Start programs that do not need each other, and wait until all of them are ready."""
        together = [_Running(program, self.fork_server) for program in programs]
        self._running.append(together)
        await asyncio.gather(*(self._start(running) for running in together))

    async def _start(self, running: "_Running") -> None:
        program = running.program
        try:
            await running.launch()
        except OSError as error:
            raise CannotStart(f"{program.name} cannot be started: {error.strerror} ({program.command[0]}).") from None
        try:
            await self._await_ready(running)
        except CannotStart as refusal:
            if program.is_needed:
                raise
            say(program.name, f"{refusal.message} The site works without it, and it is tried again.")
        running.keeper = asyncio.create_task(running.keep())

    async def run_once(self, command: Sequence[str], environment: Mapping[str, str]) -> tuple[int, str]:
        """Let a module of Python that uses the product do its work: its exit code, and what it has said.

        What it complains of is shown. When this is cancelled, it is stopped.
        """
        process = await launch_module(self.fork_server, command, environment, errors=STANDARD_ERROR)
        try:
            said = await process.stdout.read() if process.stdout else b""
            return await exit_code(process), said.decode().strip()
        except asyncio.CancelledError:
            process.send_signal(signal.SIGTERM)
            await exit_code(process)
            raise

    async def stop_all(self) -> None:
        """Stop what was started, last first: nobody loses the database before those who use it are gone."""
        for together in reversed(self._running):
            await asyncio.gather(*(self._end(running) for running in together))
        await self.fork_server.stop()

    async def _end(self, running: "_Running") -> None:
        try:
            await running.end()
        except OSError as error:  # The others are stopped all the same.
            say(running.program.name, f"could not be stopped: {error}")

    async def _await_ready(self, running: "_Running") -> None:
        until = time.monotonic() + READY_SECONDS
        while not await running.program.is_ready():
            if self.stop.is_set():
                raise asyncio.CancelledError
            if running.has_ended():
                await asyncio.sleep(0.1)  # Its last words are on their way.
                if time.monotonic() < until and await running.try_again():
                    continue
                running.complain()
                raise CannotStart(f"{running.program.name} stopped while starting. Its last words are above.")
            if time.monotonic() > until:
                raise CannotStart(f"{running.program.name} was not ready within {READY_SECONDS} seconds.")
            await asyncio.sleep(0.05)


class _Running:
    """A program's process: its words are passed on, its end is noticed, and it is started again."""

    process: Process | None = None
    keeper: asyncio.Task[None] | None = None

    def __init__(self, program: Program, fork_server: ForkServer) -> None:
        self.program = program
        self._fork_server = fork_server
        self._voice: asyncio.Task[None] | None = None
        self._last_words: deque[str] = deque(maxlen=30)

    async def launch(self) -> None:
        """Start its process. Raises OSError, or CannotStart where the product cannot be loaded."""
        program = self.program
        if program.uses_product:
            self.process = await launch_module(self._fork_server, program.command, program.environment)
        else:
            self.process = await execute(
                program.command, program.environment, user=program.user, stop_signal=program.stop_signal
            )
        self._voice = asyncio.create_task(self._pass_on())

    async def keep(self) -> None:
        """Start the program again whenever it ends, after a pause that grows while it keeps ending at once."""
        pause = 1.0
        while self.process:
            started = time.monotonic()
            code = await self._end_of_itself(self.process)
            self.complain()
            kill_group(self.process)  # What it had started must not go on beside its successor.
            pause = 1.0 if time.monotonic() - started > SETTLED_SECONDS else min(pause * 2, LONGEST_PAUSE)
            say(self.program.name, f"ended unexpectedly ({code}), starts again in {pause:.0f} s")
            await asyncio.sleep(pause)
            while not await self._launched():
                pause = min(pause * 2, LONGEST_PAUSE)
                await asyncio.sleep(pause)

    async def _launched(self) -> bool:
        """Start it again; whatever is in the way may be gone at the next try, such as a full table of processes."""
        try:
            await self.launch()
        except OSError as error:
            say(self.program.name, f"cannot be started: {error.strerror or error}. It is tried again.")
            return False
        except CannotStart:  # The fork server has said why.
            say(self.program.name, "cannot be started: the product could not be loaded. It is tried again.")
            return False
        return True

    async def _end_of_itself(self, process: Process) -> int:
        """The exit code, once the program has ended: by itself, or because it did nothing and was ended."""
        watching = asyncio.create_task(self._end_when_stuck())
        try:
            return await exit_code(process)
        finally:
            watching.cancel()

    async def _end_when_stuck(self) -> None:
        if self.program.is_stuck is None:
            return
        looks = 0
        await asyncio.sleep(READY_SECONDS)
        while looks < LOOKS:
            await asyncio.sleep(LOOK_SECONDS)
            looks = looks + 1 if await self.program.is_stuck() else 0
        say(self.program.name, "runs and does nothing: it is ended, and starts again")
        await self._terminate()

    async def try_again(self) -> bool:
        """Start it once more, if it has ended for a reason that passes; says whether."""
        reason = self.program.passing_reason
        if reason is None or not any(reason in line for line in self._last_words):
            return False
        self._last_words.clear()
        await self.launch()
        return True

    def has_ended(self) -> bool:
        return self.process is not None and self.process.returncode is not None

    def complain(self) -> None:
        """Show the last words of a program that had been told to be quiet."""
        while self._last_words:
            say(self.program.name, self._last_words.popleft())

    async def end(self) -> None:
        """Ask the process to stop; kill it and what it has started if it does not."""
        if self.keeper:
            self.keeper.cancel()
            await asyncio.wait([self.keeper])  # It may have been about to start the program again.
        if self.process is None:
            return
        await self._terminate()
        kill_group(self.process)
        if self._voice:
            await self._voice

    async def _terminate(self) -> None:
        if self.process is None or self.has_ended():
            return
        self.process.send_signal(self.program.stop_signal)
        try:
            await asyncio.wait_for(exit_code(self.process), STOP_SECONDS)
        except TimeoutError:
            kill_group(self.process)
            await exit_code(self.process)

    async def _pass_on(self) -> None:
        if self.process is None or self.process.stdout is None:
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
    note(label + text)
    if sys.stdout.isatty():
        label = f"\x1b[{_COLOURS.get(name, 37)}m{label}\x1b[0m"
    print(label + text, flush=True)
