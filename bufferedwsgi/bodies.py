"""Bodies of requests, read completely before anybody looks at them, with a deadline that moves with what arrives.

A large beginning buys no silence after it: between two pieces, too, there is a longest time.
"""

import asyncio
from collections import Counter
from contextlib import suppress
from typing import IO

from bufferedwsgi.protocol import Receive

#: The time for a body in seconds, and how many bytes of it allow another second.
GRACE_SECONDS, BYTES_A_SECOND = 20.0, 8_000
#: What every body is taken to have sent before its first byte: one that has just begun is not the slowest.
FIRST_BYTES = 64_000


class ClientGone(Exception):
    """Nobody waits for an answer any more."""


class TooSlow(Exception):
    """The body has not come in time."""


class Bodies:
    """Reads the bodies of one process. Of more than `most` at a time one is given up for the newest.

    It is the slowest of whichever client has the most: the one that has sent the fewest bytes for each second that it
    has been there, after a moment for everybody.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        #: Of each body: whose it is, since when it is read, and how many bytes have come.
        self._under_way: dict[asyncio.Timeout, tuple[str, float, int]] = {}

    async def read(self, client: str, receive: Receive, into: IO[bytes], at_most: int) -> int:
        """Write a body of a client into a file and return its length in bytes.

        Of a body that is longer than `at_most` the rest is left unread: its length is then more than that.
        Raises TooSlow when it does not come in time or has to give way, ClientGone when the client leaves.
        """
        self._make_room()
        loop = asyncio.get_running_loop()
        started, length, more = loop.time(), 0, True
        try:
            async with asyncio.timeout_at(started + GRACE_SECONDS) as deadline:
                self._under_way[deadline] = client, started, 0
                while more and length <= at_most:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise ClientGone
                    length += into.write(message.get("body", b""))
                    more = message.get("more_body", False)
                    if deadline in self._under_way:
                        self._under_way[deadline] = client, started, length
                        earned = started + length / BYTES_A_SECOND
                        deadline.reschedule(min(earned, loop.time()) + GRACE_SECONDS)
        except TimeoutError:
            raise TooSlow from None
        finally:
            self._under_way.pop(deadline, None)
        return length

    def _make_room(self) -> None:
        if len(self._under_way) < self._most:
            return
        now = asyncio.get_running_loop().time()
        of_client = Counter(client for client, _started, _length in self._under_way.values())
        most = max(of_client.values())

        def pace(deadline: asyncio.Timeout) -> float:
            _client, started, length = self._under_way[deadline]
            return (length + FIRST_BYTES) / (now - started + 1)

        slowest = min((each for each, (client, *_) in self._under_way.items() if of_client[client] == most), key=pace)
        del self._under_way[slowest]
        with suppress(RuntimeError):  # Its time is up at this very moment.
            slowest.reschedule(now)
