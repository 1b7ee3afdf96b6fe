"""Bodies of requests, read completely before anybody looks at them, with a deadline that moves with what arrives."""

import asyncio
from typing import IO

from bufferedwsgi.protocol import Receive

#: A body has this long, in seconds, and a second more for each so many bytes of it.
GRACE_SECONDS, BYTES_A_SECOND = 20.0, 8_000


class ClientGone(Exception):
    """Nobody waits for an answer any more."""


class TooSlow(Exception):
    """The body has not come in time."""


class Bodies:
    """Reads the bodies of one process. Of more than `most` at a time the slowest is given up for the newest."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._deadlines: set[asyncio.Timeout] = set()

    async def read(self, receive: Receive, into: IO[bytes], at_most: int) -> int:
        """Write a body into a file and return its length in bytes.

        Of a body that is longer than `at_most` the rest is left unread: its length is then more than that.
        Raises TooSlow when it does not come in time or has to give way, ClientGone when the client leaves.
        """
        self._make_room()
        started, length, more = asyncio.get_running_loop().time(), 0, True
        try:
            async with asyncio.timeout_at(started + GRACE_SECONDS) as deadline:
                self._deadlines.add(deadline)
                while more and length <= at_most:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise ClientGone
                    length += into.write(message.get("body", b""))
                    more = message.get("more_body", False)
                    if deadline in self._deadlines:
                        deadline.reschedule(started + GRACE_SECONDS + length / BYTES_A_SECOND)
        except TimeoutError:
            raise TooSlow from None
        finally:
            self._deadlines.discard(deadline)
        return length

    def _make_room(self) -> None:
        """Whose time is up first has sent the least for the longest."""
        if len(self._deadlines) >= self._most:
            slowest = min(self._deadlines, key=lambda deadline: deadline.when() or 0)
            self._deadlines.remove(slowest)
            slowest.reschedule(asyncio.get_running_loop().time())
