"""The ASGI application around a WSGI application."""

import asyncio
import errno
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import IO

from bufferedwsgi.answers import Answer, answer_of, temporary
from bufferedwsgi.bodies import Bodies, ClientGone, TooSlow
from bufferedwsgi.environ import environ_of
from bufferedwsgi.protocol import Receive, Scope, Send, WSGIApplication
from bufferedwsgi.turns import Busy, Turns

#: Threads that only answer the paths beside.
THREADS_BESIDE = 2
#: When to come back after having been turned away, in seconds.
RETRY_AFTER = 5
#: What is said of a disk that is full: a body, or an answer, of some length lies in a temporary file.
FULL = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True)
class Limits:
    """What one process takes upon itself."""

    #: Requests that are worked on at a time.
    threads: int
    #: The longest body, in bytes. Of a longer one the application sees the length, and no content.
    body_bytes: int
    #: Requests that wait for a thread, and for how many seconds at most.
    waiting: int = 128
    waiting_seconds: float = 5
    #: Delay in seconds before a 503 is sent, because many clients retry at once.
    refusal_seconds: float = 1
    #: Bodies that are under way at a time.
    bodies: int = 512


def peer_of(scope: Scope) -> str:
    """The address that is at the other end of the connection."""
    return str((scope.get("client") or ("", 0))[0])


def in_plain_words(scope: Scope, status: int) -> Answer:
    """An answer without the application: 400, 408, 507, or 503 with the time after which to try again."""
    return Answer(status, refusal_headers(status, "text/plain"), HTTPStatus(status).phrase.encode())


def refusal_headers(status: int, content_type: str) -> list[tuple[str, str]]:
    """The headers of a refusal. After half a body a connection can carry nothing more."""
    headers = [("content-type", content_type), ("cache-control", "no-store")]
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return [*headers, ("retry-after", str(RETRY_AFTER))]
    return [*headers, ("connection", "close")]


class BufferedWSGI:
    """Calls a WSGI application for each request whose body has arrived, in one of a few threads.

    `refuse` makes the answers to who has to go, from the scope and the status: 400, 408, 503, or 507 where the disk is
    full. `client_of` finds who asks: one client never has all places in the queue, and of too many bodies one of
    whoever has the most goes. The paths `beside` have threads of their own, so that whoever watches over the process
    hears from it however much there is to do.
    """

    def __init__(
        self,
        application: WSGIApplication,
        limits: Limits,
        *,
        refuse: Callable[[Scope, int], Answer] = in_plain_words,
        client_of: Callable[[Scope], str] = peer_of,
        beside: Collection[str] = (),
    ) -> None:
        self._application, self._limits = application, limits
        self._refuse, self._client_of, self._beside = refuse, client_of, beside
        self._bodies = Bodies(limits.bodies)
        self._turns = Turns(limits.threads, limits.waiting, limits.waiting_seconds)
        self._turns_beside = Turns(THREADS_BESIDE, limits.waiting, limits.waiting_seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        with temporary() as body:
            try:
                answer = await self._answer_or_refusal(scope, receive, body)
                await answer.send(send, scope["method"])
            except ClientGone:
                return

    async def _answer_or_refusal(self, scope: Scope, receive: Receive, body: IO[bytes]) -> Answer:
        try:
            return await self._answer(scope, receive, body)
        except OSError as error:
            if error.errno not in FULL:
                raise
            with suppress(OSError):  # What has not found room is tried once more when a file is closed.
                body.close()
            return self._refuse(scope, HTTPStatus.INSUFFICIENT_STORAGE)

    async def _answer(self, scope: Scope, receive: Receive, body: IO[bytes]) -> Answer:
        try:
            length = await self._read(scope, receive, body)
        except TooSlow:
            return self._refuse(scope, HTTPStatus.REQUEST_TIMEOUT)
        except ClientGone:  # Or it has sent what is no HTTP, and waits: servers tell both in the same way.
            return self._refuse(scope, HTTPStatus.BAD_REQUEST)
        turns = self._turns_beside if scope["path"] in self._beside else self._turns
        try:
            environ = environ_of(scope, body, length)
            return await turns.run(self._client_of(scope), answer_of, self._application, environ)
        except Busy:
            await asyncio.sleep(self._limits.refusal_seconds)
            return self._refuse(scope, HTTPStatus.SERVICE_UNAVAILABLE)

    async def _read(self, scope: Scope, receive: Receive, body: IO[bytes]) -> int:
        """The length of the body, which is in the file from its beginning, or nothing of it where it is too long."""
        headers = dict(scope["headers"])
        announced = headers.get(b"content-length", b"0")
        if announced == b"0" and b"transfer-encoding" not in headers and scope["http_version"] != "2":
            return 0
        length = int(announced)  # The server has looked at it.
        if length <= self._limits.body_bytes:
            length = await self._bodies.read(self._client_of(scope), receive, body, self._limits.body_bytes)
        if length > self._limits.body_bytes:
            body.truncate(0)
        body.seek(0)
        return length

    async def _live(self, receive: Receive, send: Send) -> None:
        """Begin and end with the server."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                self._turns.end()
                self._turns_beside.end()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
