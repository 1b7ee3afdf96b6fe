"""Asking the services beside the core, in a person's name."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlencode

from urllib3 import Timeout
from urllib3.exceptions import HTTPError

from innotter.accounts.models import User
from innotter.accounts.tokens import token_for_services
from innotter.errors import Away
from innotter.outbound.deadlines import ask_ours
from telemetry import context

logger = logging.getLogger(__name__)

T = TypeVar("T")

#: Somebody waits for the page: to connect and between two pieces of the answer, and for all of it, in seconds.
PATIENCE, LONGEST = Timeout(connect=1, read=3), 5
#: What a service answers at the most, in bytes.
MOST_BYTES = 5_000_000


@dataclass(frozen=True)
class Answer:
    """What a service has answered."""

    status: int
    body: bytes

    def read(self, understand: Callable[[Any], T]) -> T:
        """What it says, as `understand` makes it of the JSON.

        Raises `Away` for any other answer: a proxy gives one of its own, or another version of the service does.
        """
        if self.status != HTTPStatus.OK:
            raise Away
        try:
            return understand(json.loads(self.body))
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            logger.warning("A service answers what cannot be understood: %s: %s", type(error).__name__, error)
            raise Away from None


def ask_service(
    address: str, *, person: User, method: str = "GET", query: Mapping[str, object] | None = None, body: Any = None
) -> Answer:
    """A service's answer to this person; raises `Away` when there is none, or the service is in trouble."""
    if query:
        address = f"{address}?{urlencode(query)}"
    headers = {"Authorization": f"Bearer {token_for_services(user=person)}", "Accept": "application/json"}
    headers[context.HEADER] = context.current()
    sent = None if body is None else json.dumps(body).encode()
    if sent is not None:
        headers["Content-Type"] = "application/json"
    try:
        reply = ask_ours(
            method, address, headers=headers, body=sent, patience=PATIENCE, seconds=LONGEST, most_bytes=MOST_BYTES
        )
    except HTTPError as error:
        logger.warning("A service does not answer: %s", error)
        raise Away from None
    if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR or reply.status == HTTPStatus.UNAUTHORIZED:
        raise Away
    return Answer(reply.status, reply.body)
