"""Requests as a server hands them on, and an application that answers them."""

import asyncio
import errno
import os
from collections.abc import Callable
from io import BytesIO
from typing import Any

from bufferedwsgi import BufferedWSGI, Limits
from tests.together import in_a_loop_of_its_own


class Client:
    """Sends a request as a server hands it on, and keeps what it is answered."""

    def __init__(self, app: BufferedWSGI, method: str = "GET", path: str = "/", **scope: Any) -> None:
        self._app, self._messages = app, asyncio.Queue[dict[str, Any]]()
        headers = dict(scope.pop("headers", {})).items()
        self.headers = [(name.lower().encode(), value.encode()) for name, value in headers]
        self.scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "client": ("192.0.2.1", 5000),
            "server": ("127.0.0.1", 8000),
        } | scope
        self.answers: list[dict[str, Any]] = []
        self.takes: Callable[[], Any] = lambda: asyncio.sleep(0)

    def send(self, body: bytes, *, more: bool = False) -> None:
        self._messages.put_nowait({"type": "http.request", "body": body, "more_body": more})

    def leave(self) -> None:
        self._messages.put_nowait({"type": "http.disconnect"})

    async def _take(self, message: dict[str, Any]) -> None:
        await self.takes()
        self.answers.append(message)

    async def asks(self) -> "Client":
        scope = self.scope | {"headers": self.headers}
        await self._app(scope, self._messages.get, self._take)
        return self

    @property
    def status(self) -> int:
        return int(self.answers[0]["status"]) if self.answers else 0

    @property
    def answered(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.answers[0]["headers"]}

    @property
    def content(self) -> bytes:
        return b"".join(message["body"] for message in self.answers[1:])


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Answers with what was sent."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["wsgi.input"].read()]


def served(application: Any = echo, **limits: Any) -> BufferedWSGI:
    known: dict[str, Any] = {"threads": 1, "body_bytes": 1000, "refusal_seconds": 0}
    return BufferedWSGI(application, Limits(**known | limits), beside={"/alive"})


def posting(app: BufferedWSGI, length: int, **scope: Any) -> Client:
    return Client(app, "POST", headers={"Content-Length": str(length)}, **scope)


async def others_are_served(app: BufferedWSGI) -> bool:
    return (await Client(app).asks()).status == 200


def story(tell: Callable[[], Any]) -> Any:
    return in_a_loop_of_its_own(tell())


class OnAFullDisk(BytesIO):
    """A file that takes what one writes, and has no room when that is to reach the disk."""

    def _to_disk(self) -> None:
        if not self.closed and self.getbuffer().nbytes:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def flush(self) -> None:
        self._to_disk()

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self._to_disk()
        return super().seek(offset, whence)

    def close(self) -> None:
        try:
            self._to_disk()
        finally:
            super().close()
