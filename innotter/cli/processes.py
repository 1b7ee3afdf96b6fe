"""Processes as the supervisor knows them: they are started, say something, and end."""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial

from innotter.cli.forking import CAN_FORK, ForkedProcess, ForkServer
from innotter.cli.linux import end_with_parent

Process = asyncio.subprocess.Process | ForkedProcess


async def execute(
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    user: str | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    errors: int = asyncio.subprocess.STDOUT,
) -> asyncio.subprocess.Process:
    """Start a command in a session of its own: Ctrl-C is the supervisor's to pass on. Raises OSError."""
    as_user = {"user": user, "group": user, "extra_groups": []} if user else {}
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=errors,
        env=os.environ | environment,
        start_new_session=True,
        preexec_fn=partial(end_with_parent, stop_signal),
        **as_user,  # type: ignore[arg-type]
    )


async def launch_module(
    fork_server: ForkServer, command: Sequence[str], environment: Mapping[str, str], *, errors: int | None = None
) -> Process:
    """Start `python -m module …`: as a fork where that can be. Raises what `ForkServer.launch` does."""
    if CAN_FORK:
        return await fork_server.launch(command, environment, errors=errors)
    return await execute(command, environment, errors=asyncio.subprocess.STDOUT if errors is None else errors)


async def exit_code(process: Process) -> int:
    """Its exit code, once it has one. (`Process.wait` waits for all who hold its pipe, children too.)"""
    while process.returncode is None:
        await _end_of(process)
        await asyncio.sleep(0.1)
    return process.returncode


async def _end_of(process: Process) -> None:
    """Return when the process has ended, where the system tells of that; or else at once."""
    with suppress(AttributeError, OSError):  # Only Linux tells, and nobody of one that is gone.
        ended = asyncio.Event()
        descriptor = os.pidfd_open(process.pid)
        loop = asyncio.get_running_loop()
        loop.add_reader(descriptor, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(descriptor)
            os.close(descriptor)


def kill_group(process: Process) -> None:
    """Kill what is left of its session: itself, and what it has started."""
    with suppress(ProcessLookupError, PermissionError):  # All of it has ended.
        os.killpg(process.pid, signal.SIGKILL)
