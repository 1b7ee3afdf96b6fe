"""The warm way: the first page of a home feed, kept by the process, and shown again while nothing of it has changed.

The database is asked before each answer what has changed, so that an answer that begins after a commit shows what the
commit did. Who asks twice within a minute is remembered. All else is the stack's, as is the first answer.
"""

import asyncio
import logging
import time
from array import array
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from http import HTTPStatus
from typing import Any

from django.db import Error, connection
from django.urls import resolve
from django.utils import timezone

from bufferedwsgi.application import peer_of
from bufferedwsgi.protocol import ASGIApplication, Receive, Scope, Send
from innotter.accounts.models import Session
from innotter.accounts.tokens import read_access_token
from innotter.feed.queries.changes import Away, Changes
from innotter.feed.queries.sources import next_end_of_a_block, pages_in_feed_of
from innotter.web.proxies import is_believed
from innotter.web.requests import Queries, note_request
from telemetry import context

logger = logging.getLogger(__name__)

PATH = "/api/feed/"
#: For how many seconds an answer is kept, and who has asked once is known.
KEPT_SECONDS = 60.0
#: Those who have asked once, as numbers.
MOST_ASKERS = 20_000
#: The longest headers of a request whose answer is kept, in bytes.
LONGEST_HEADERS = 4000
#: The longest answer that is kept, in bytes: a usual one takes 5 to 30 kB, one of long alternative texts 500.
LONGEST_BODY = 64_000
#: Answers for one person that are kept: with headers that always differ, one could have all the room.
MOST_OF_ONE = 10
#: What is of one request alone.
_OWN = {b"x-request-id", b"traceparent", b"tracestate"}
#: With one of these, a request is none of a program that only reads.
_OTHER = {b"cookie", b"content-length", b"transfer-encoding", b"expect", b"upgrade"}

Headers = list[tuple[bytes, bytes]]
Key = tuple[Any, ...]


@dataclass
class Kept:
    """An answer, whose it is, and what it was made of. It holds all changes up to a position."""

    headers: Headers
    body: bytes
    token: str
    reader: int
    pages: "array[int]"
    position: int
    #: By the clock of the process and of the world, in seconds: when it is thrown away, and when time changes it.
    until: float
    ends_at: float

    def is_in_time(self) -> bool:
        """Whether time has changed nothing: who asks may still ask, and no block has ended."""
        return (
            time.monotonic() < self.until and time.time() < self.ends_at and read_access_token(self.token) is not None
        )


class Recorder:
    """Sends what an application answers, and keeps it."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status, self.headers, self.body = 0, Headers(), b""
        #: Whoever takes no more of it gets the rest no more: what is recorded is only its beginning then.
        self.is_whole = False

    @property
    def is_worth_keeping(self) -> bool:
        """Whether it is an answer, whole, and of a usual length."""
        return self.status == HTTPStatus.OK and self.is_whole and len(self.body) <= LONGEST_BODY

    async def __call__(self, message: dict[str, Any]) -> None:
        """Take in a message, and send it."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = [(name, value) for name, value in message["headers"] if name not in _OWN]
        else:
            self.body += message.get("body", b"")
            self.is_whole = not message.get("more_body", False)
        await self._send(message)


class WarmWay:
    """An ASGI application before another: it shows what the other has said, where that is still so."""

    def __init__(self, application: ASGIApplication, most: int) -> None:
        self._application, self._most = application, most
        self._changes = Changes()
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._askers: OrderedDict[int, float] = OrderedDict()
        self._is_keeping = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = _key(scope) if self._most and scope.get("path") == PATH else None
        if key is None or not (key in self._kept or self._is_known(key)):
            await self._application(scope, receive, send)
            return
        began = time.perf_counter()
        try:
            position = await self._changes.look()
        except Away:
            await self._application(scope, receive, send)
            return
        kept = self._kept.get(key)
        if kept and kept.is_in_time() and self._changes.is_valid(kept.position, reader=kept.reader, pages=kept.pages):
            kept.position = self._changes.position
            await _show(kept, scope, send, began)
        else:
            await self._keep(key, position, scope, receive, send)

    def _is_known(self, key: Key) -> bool:
        """Whether this has been asked within a minute; it is noted that it was asked now."""
        number, now = hash(key), time.monotonic()
        asked_at = self._askers.pop(number, None)
        self._askers[number] = now
        if len(self._askers) > MOST_ASKERS:
            self._askers.popitem(last=False)
        return asked_at is not None and now - asked_at < KEPT_SECONDS

    async def _keep(self, key: Key, position: int, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer, and keep what it says; one at a time, so that the others are not held up."""
        self._kept.pop(key, None)
        answer, asked_at = Recorder(send), timezone.now()
        await self._application(scope, receive, answer)
        if self._is_keeping or not answer.is_worth_keeping:
            return
        self._is_keeping = True
        try:
            token = _token(scope)
            if made_of := await asyncio.to_thread(_made_of, token, asked_at):
                reader, pages, ends_at = made_of
                until = time.monotonic() + KEPT_SECONDS
                self._make_room(reader)
                self._kept[key] = Kept(answer.headers, answer.body, token, reader, pages, position, until, ends_at)
        except Error as error:  # What was asked is answered, and nobody waits for this any more.
            logger.warning("An answer is not kept, the database is away: %s", error)
        finally:
            self._is_keeping = False

    def _make_room(self, reader: int) -> None:
        """Forget an answer where one more would be too many: of this person, or of all."""
        theirs = [key for key, kept in self._kept.items() if kept.reader == reader]
        if len(theirs) >= MOST_OF_ONE:
            del self._kept[theirs[0]]
        elif len(self._kept) >= self._most:
            self._kept.popitem(last=False)


def _key(scope: Scope) -> Key | None:
    """What an answer may depend on; nothing, where a request is not a program's that only reads."""
    if scope["method"] != "GET" or scope["query_string"]:
        return None
    headers, length, has_token = [], 0, False
    for header in scope["headers"]:
        name, value = header
        if name in _OTHER:
            return None
        if name not in _OWN:
            headers.append(header)
            length += len(name) + len(value)
            has_token = has_token or name == b"authorization"
    if not has_token or length > LONGEST_HEADERS:
        return None
    return (scope["scheme"], scope["http_version"], peer_of(scope), *headers)


def _token(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"authorization":
            return str(value.decode("latin-1").partition(" ")[2].strip())
    return ""


def _made_of(token: str, asked_at: datetime) -> "tuple[int, array[int], float] | None":
    """Whose feed a token shows, of which pages, and when time changes it; nothing, if the token is no good.

    Time may have changed it since it was asked for, while it was answered.
    """
    try:
        claims = read_access_token(token)
        session = claims and Session.with_person(claims.session_id)
        if not session:
            return None
        block_ends = next_end_of_a_block(asked_at)
        ends = [end.timestamp() for end in (session.expires_at, block_ends) if end]
        return session.user_id, pages_in_feed_of(session.user_id), min(ends)
    finally:
        connection.close()


@cache
def _view() -> str:
    return str(resolve(PATH).view_name)


async def _show(kept: Kept, scope: Scope, send: Send, began: float) -> None:
    given = dict(scope["headers"]).get(b"x-request-id") if is_believed(peer_of(scope)) else None
    request_id = context.accepted(given.decode("latin-1") if given else None)
    headers = [*kept.headers, (b"x-request-id", request_id.encode())]
    queries = Queries()
    queries.count, queries.seconds = 1, time.perf_counter() - began
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": kept.body, "more_body": False})
    with context.following(request_id):
        note_request(method="GET", view=_view(), status=200, seconds=time.perf_counter() - began, queries=queries)
