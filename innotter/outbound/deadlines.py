"""HTTP requests with a deadline that holds for all of one, whatever the other side does.

A time limit of a socket holds for each piece of an answer: one that comes byte by byte, headers too, never ends by it.
At the deadline the connection is shut down. Each request has a connection of its own.
"""

import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Retry, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse
from urllib3.util import parse_url

PIECE = 65_536


class Overdue(HTTPError):
    """The deadline has passed before all of the answer had come."""


class _Socket:
    """The connection of a request, once there is one."""

    def __init__(self) -> None:
        self._held: socket.socket | None = None
        self._is_over = False

    def hold(self, made: socket.socket) -> socket.socket:
        """Another handle of the same connection is held: TLS takes the first one over."""
        self._held = made.dup()
        if self._is_over:  # To look up a name, and to try each of its addresses, may take longer than all may.
            self.shut_down()
        return made

    def shut_down(self) -> None:
        """Now, or as soon as there is a connection."""
        self._is_over = True
        if self._held:
            with suppress(OSError):
                self._held.shutdown(socket.SHUT_RDWR)

    def let_go(self) -> None:
        if self._held:
            self._held.close()


class _Connection(HTTPConnection):
    def __init__(self, *args: Any, held: _Socket, **options: Any) -> None:
        super().__init__(*args, **options)
        self._held = held

    def _new_conn(self) -> socket.socket:
        return self._held.hold(super()._new_conn())


class _TLSConnection(HTTPSConnection):
    def __init__(self, *args: Any, held: _Socket, **options: Any) -> None:
        super().__init__(*args, **options)
        self._held = held

    def _new_conn(self) -> socket.socket:
        return self._held.hold(super()._new_conn())


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSConnection


class Line:
    """Where one request goes, until its deadline: the context's end, or what is asked within it, raises `Overdue`."""

    def __init__(self, pool: HTTPConnectionPool, held: _Socket, seconds: float) -> None:
        self._pool, self._socket = pool, held
        self._over_at = time.monotonic() + seconds
        self._timer = threading.Timer(seconds, held.shut_down)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._timer.cancel()
        self._timer.join()
        self._socket.let_go()
        self._pool.close()
        if isinstance(error, HTTPError | OSError):
            self._check()

    def ask(self, method: str, target: str, *, headers: Mapping[str, str], body: bytes | None) -> BaseHTTPResponse:
        """Send the request; the answer's status and headers have come."""
        return self._pool.urlopen(
            method,
            target,
            body=body,
            headers=headers,
            retries=Retry(total=0, redirect=False, raise_on_redirect=False),
            redirect=False,
            preload_content=False,
        )

    def read(self, response: BaseHTTPResponse, most_bytes: int) -> tuple[bytes, bool]:
        """The answer's body, unpacked, or its beginning; and whether there is more."""
        content = b""
        # A piece may have a byte more than is kept: that says whether there is more.
        while piece := response.read(min(PIECE, most_bytes + 1), decode_content=True):
            content += piece
            if len(content) > most_bytes:
                return content[:most_bytes], True
            self._check()
        self._check()  # What has no length ends where the connection was shut down.
        return content, False

    def _check(self) -> None:
        if time.monotonic() > self._over_at:
            raise Overdue("The answer takes too long.") from None


def line_to(scheme: str, host: str, port: int | None, *, patience: Timeout, seconds: float, name: str = "") -> Line:
    """A connection to a host or address; `name` is whose certificate it has to show, if not that one's."""
    held = _Socket()
    if scheme == "https":
        named: dict[str, Any] = {"server_hostname": name, "assert_hostname": name} if name else {}
        return Line(_TLSPool(host, port, timeout=patience, held=held, **named), held, seconds)
    return Line(_Pool(host, port, timeout=patience, held=held), held, seconds)


@dataclass(frozen=True)
class Reply:
    """What a server of ours has answered, whole."""

    status: int
    body: bytes


def ask_ours(
    method: str,
    address: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None,
    patience: Timeout,
    seconds: float,
    most_bytes: int,
) -> Reply:
    """Ask a server that the operator has named. Raises HTTPError where no whole answer comes, or too long a one."""
    parts = parse_url(address)
    with line_to(parts.scheme or "http", parts.host or "", parts.port, patience=patience, seconds=seconds) as line:
        response = line.ask(method, parts.request_uri, headers=headers, body=body)
        content, is_cut = line.read(response, most_bytes)
    if is_cut:
        raise HTTPError(f"It answers more than {most_bytes} bytes.")
    return Reply(response.status, content)
