"""Who gets a thread, and who has waited long enough to be turned away."""

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Busy(Exception):
    """There are too many before, or it has taken too long."""


class Turns:
    """A few threads, which do what they are given in the order in which it comes.

    At most `waiting` requests wait, at most half of them of one client, and none longer than `seconds`.
    """

    def __init__(self, threads: int, waiting: int, seconds: float) -> None:
        self._threads = ThreadPoolExecutor(threads, "request")
        self._free = asyncio.Semaphore(threads)
        self._waiting, self._seconds = waiting, seconds
        self._of_client: Counter[str] = Counter()

    async def run(self, client: str, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """Do something for a client in a thread, when it is their turn. Raises Busy when they would wait too long."""
        if self._free.locked():
            await self._wait(client)
        else:
            await self._free.acquire()
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: work(*arguments, **named))
        finally:
            self._free.release()

    def end(self) -> None:
        """Wait for what is being done, and do no more."""
        self._threads.shutdown()

    async def _wait(self, client: str) -> None:
        if self._of_client.total() >= self._waiting or self._of_client[client] >= max(1, self._waiting // 2):
            raise Busy
        self._of_client[client] += 1
        try:
            async with asyncio.timeout(self._seconds):
                await self._free.acquire()
        except TimeoutError:
            raise Busy from None
        finally:
            self._of_client[client] -= 1
            if not self._of_client[client]:
                del self._of_client[client]
