"""Who gets a thread, and who has waited long enough to be turned away."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Busy(Exception):
    """There are too many before, or it has taken too long."""


class Turns:
    """As many at a time as there are threads, in the order in which they come.

    At most `waiting` wait, of one client at most half of them, and nobody longer than so many seconds.
    """

    def __init__(self, threads: int, waiting: int, seconds: float) -> None:
        self._free = asyncio.Semaphore(threads)
        self._waiting, self._seconds = waiting, seconds
        self._of_client: Counter[str] = Counter()

    @asynccontextmanager
    async def turn(self, client: str) -> AsyncIterator[None]:
        """Until it is over, one of the threads is one's own. Raises Busy."""
        if self._free.locked():
            await self._wait(client)
        else:
            await self._free.acquire()
        try:
            yield
        finally:
            self._free.release()

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
