"""Sorting out what comes: what can be read goes on, what cannot is put aside with its reason."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from services.contract.events import Envelope, Unreadable

logger = logging.getLogger(__name__)

T = TypeVar("T")


def sorted_out(
    entries: Iterable[Envelope | Unreadable], *, read: Callable[[Envelope], T]
) -> tuple[list[T], list[Unreadable]]:
    """What the service makes of each event, and the messages that are none, or lack what is needed.

    Bury those last: what fails before that comes again as a whole, and they would be buried each time.
    """
    found, letters, requests = [], list[Unreadable](), dict[str, None]()
    for entry in entries:
        try:
            event = _event(entry)
            found.append(read(event))
        except Unreadable as letter:
            logger.warning("A message cannot be read: %s", letter)
            letters.append(letter)
        else:
            requests[event.requestid] = None
    logger.info("events", extra={"count": len(found), "requests": [request for request in requests if request]})
    return found, letters


def _event(entry: Envelope | Unreadable) -> Envelope:
    if isinstance(entry, Unreadable):
        raise entry
    return entry
