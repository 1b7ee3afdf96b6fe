"""What a WSGI application answers, collected, and sent at the client's pace."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from bufferedwsgi.bodies import ClientGone
from bufferedwsgi.protocol import Send, WSGIApplication

#: Of an answer or a body this much lies in memory, what is longer in a temporary file.
IN_MEMORY_BYTES = 1_000_000
#: One piece on its way to the client, and how many seconds it may take.
PIECE_BYTES, PIECE_SECONDS = 65_536, 60
#: Answers without a body, and without a length.
_BODILESS = {204, 304}


def temporary() -> IO[bytes]:
    """A file that goes when it is closed."""
    return SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)


@dataclass
class Answer:
    """A status, headers, and the content: in one piece, or in a file that is closed when it has been sent."""

    status: int
    headers: Sequence[tuple[str, str]]
    content: bytes = b""
    file: IO[bytes] | None = None

    @property
    def length(self) -> int:
        """How many bytes the content has."""
        return self.file.seek(0, 2) if self.file else len(self.content)

    async def send(self, send: Send, method: str) -> None:
        """Send it; raises ClientGone when a piece is not taken in time."""
        headers, is_bodiless = list(self.headers), self.status in _BODILESS
        if not is_bodiless and not any(name.lower() == "content-length" for name, _value in headers):
            headers.append(("content-length", str(self.length)))
        raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        try:
            await send({"type": "http.response.start", "status": self.status, "headers": raw})
            if is_bodiless or method == "HEAD":
                await _send_piece(send, b"", more=False)
            elif self.file:
                await _send_in_pieces(send, self.file)
            else:
                await _send_in_pieces(send, BytesIO(self.content))
        finally:
            if self.file:
                self.file.close()


async def _send_in_pieces(send: Send, file: IO[bytes]) -> None:
    """In pieces: a server takes each when the client has taken enough of those before."""
    file.seek(0)
    piece = file.read(PIECE_BYTES)
    while following := file.read(PIECE_BYTES):
        await _send_piece(send, piece, more=True)
        piece = following
    await _send_piece(send, piece, more=False)


async def _send_piece(send: Send, piece: bytes, *, more: bool) -> None:
    try:
        async with asyncio.timeout(PIECE_SECONDS):
            await send({"type": "http.response.body", "body": piece, "more_body": more})
    except TimeoutError:
        raise ClientGone from None


def answer_of(application: WSGIApplication, environ: dict[str, Any]) -> Answer:
    """Call a WSGI application, and take in what it answers to its end. This is what occupies a thread."""
    start = _Start()
    pieces = application(environ, start)
    content, file = b"", None
    try:
        for piece in pieces:
            if file is None and content:
                file = temporary()
                file.write(content)
            if file is None:
                content = piece  # Most answers are one piece.
            else:
                file.write(piece)
        if file:
            file.flush()  # Whether there is room is known before the first byte is sent.
    except BaseException:
        if file:
            file.close()
        raise
    finally:
        if close := getattr(pieces, "close", None):
            close()
    return Answer(int(start.status[:3]), start.headers, content, file)


@dataclass
class _Start:
    """`start_response`. It returns no `write()`, which PEP 3333 keeps for what is older than itself."""

    status: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        self.status, self.headers = status, headers
