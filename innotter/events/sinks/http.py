"""Events over HTTP: the CloudEvents HTTP binding, batched."""

from http import HTTPStatus

from django.conf import settings
from django.utils.module_loading import import_string
from urllib3 import Timeout
from urllib3.exceptions import HTTPError

from innotter.events.envelope import BATCH_MEDIA_TYPE, written_together
from innotter.events.models import Event
from innotter.events.sinks.errors import Away, Refused
from innotter.outbound.deadlines import ask_ours

#: To connect and between two pieces of the answer, and for all of it, in seconds: the other side only notes the events
#: down. What it answers at the most, in bytes.
PATIENCE, LONGEST, MOST_BYTES = Timeout(connect=2, read=10), 30, 100_000
#: What says that it is the message that is wrong, and will be the next time.
REFUSALS = {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY}


class HttpSink:
    """Posts batches to an address of a service, with a token that the core signs."""

    def __init__(self, address: str) -> None:
        self.address = address

    def send(self, events: list[Event]) -> None:
        token = import_string(settings.EVENT_SINK_SIGNER)()
        headers = {"Content-Type": BATCH_MEDIA_TYPE, "Authorization": f"Bearer {token}"}
        body = written_together(events)
        try:
            answer = ask_ours(
                "POST",
                self.address,
                headers=headers,
                body=body,
                patience=PATIENCE,
                seconds=LONGEST,
                most_bytes=MOST_BYTES,
            )
        except HTTPError as error:
            raise Away(f"{self.address} does not answer: {error}") from None
        if answer.status in REFUSALS:
            raise Refused(f"{self.address} answers {answer.status}: {answer.body[:500].decode(errors='replace')}")
        if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            raise Away(f"{self.address} answers {answer.status}.")
