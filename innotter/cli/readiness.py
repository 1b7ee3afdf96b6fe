"""How the supervisor learns that a program is ready, and that it hangs."""

import asyncio
import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

#: Beat sends a message to each queue every ten seconds. A worker that received none for this many seconds hangs.
STUCK_SECONDS = 40


def answers(question: Callable[[], bool]) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        return question()

    return ask


def command_succeeds(command: Sequence[str]) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.DEVNULL)
        return await process.wait() == 0

    return ask


def answers_http(address: str) -> Callable[[], Awaitable[bool]]:
    def ask() -> bool:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own, and always http
                return bool(answer.status == 200)
        except urllib.error.HTTPError as error:
            error.close()
            return False
        except OSError:
            return False

    async def ask_aside() -> bool:
        return await asyncio.to_thread(ask)

    return ask_aside


def is_stuck(file: Path, at: str) -> Callable[[], Awaitable[bool]]:
    """Whether a program that takes up work all the time has taken up none for long, although the broker has it."""

    def ask() -> bool:
        return time.time() - file.stat().st_mtime > STUCK_SECONDS and _broker_answers(at)

    async def ask_aside() -> bool:
        return await asyncio.to_thread(ask)

    return ask_aside


def _broker_answers(at: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://{at}/health/ready/", timeout=5) as answer:
            return bool(json.load(answer).get("broker") == "ok")
    except (OSError, ValueError):
        return False  # Nobody knows; what is ended for nothing helps nobody.
