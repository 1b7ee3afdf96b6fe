"""Sorting out what comes: what can be read goes on, what cannot is put aside with its reason."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from services.contract.events import Envelope, Unreadable

logger = logging.getLogger(__name__)

T = TypeVar("T")


def readable(
    entries: Iterable[Envelope | Unreadable], *, read: Callable[[Envelope], T], bury: Callable[[Unreadable], None]
) -> list[T]:
    """What the service makes of each event; a message that is none, or lacks what is needed, is buried."""
    found, requests = [], dict[str, None]()
    for entry in entries:
        try:
            event = _event(entry)
            found.append(read(event))
        except Unreadable as letter:
            logger.warning("A message cannot be read: %s", letter)
            bury(letter)
        else:
            requests[event.requestid] = None
    logger.info("events", extra={"count": len(found), "requests": [request for request in requests if request]})
    return found


def _event(entry: Envelope | Unreadable) -> Envelope:
    if isinstance(entry, Unreadable):
        raise entry
    return entry
