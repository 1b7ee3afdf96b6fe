"""Which request the work at hand belongs to: an id that goes wherever the consequences of a request go."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from structlog.contextvars import bind_contextvars, bound_contextvars, get_contextvars

#: The header that carries it between programs.
HEADER = "X-Request-ID"
#: As CloudEvents' extension (their names have no other letters).
EXTENSION = "requestid"
_GOOD = re.compile(r"[A-Za-z0-9_-]{8,64}")


def accepted(given: str | None) -> str:
    """The id that came with a request, where it is one; otherwise a new one."""
    return given if given and _GOOD.fullmatch(given) else uuid.uuid4().hex


def current() -> str:
    """The id of the request that is being worked for; empty where nobody has asked for the work."""
    return str(get_contextvars().get("request_id", ""))


@contextmanager
def following(request_id: str) -> Iterator[None]:
    """Work for a request; what is logged meanwhile carries its id."""
    with bound_contextvars(request_id=request_id):
        yield


def follow(request_id: str) -> None:
    """Work for another request from here on, until the `following` around it ends."""
    bind_contextvars(request_id=request_id)
