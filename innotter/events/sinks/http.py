"""Events over HTTP: the CloudEvents HTTP binding, batched."""

from http import HTTPStatus

from django.conf import settings
from django.utils.module_loading import import_string
from urllib3 import PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from innotter.events.envelope import BATCH_MEDIA_TYPE, written_together
from innotter.events.models import Event
from innotter.events.sinks.errors import Away, Refused

#: To connect and to answer, in seconds: the other side only notes the events down.
PATIENCE = Timeout(connect=2, read=10)
#: What says that it is the message that is wrong, and will be the next time.
REFUSALS = {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY}


class HttpSink:
    """Posts batches to an address of a service, with a token that the core signs."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._pool = PoolManager(timeout=PATIENCE, retries=Retry(0, redirect=False), maxsize=1)

    def send(self, events: list[Event]) -> None:
        token = import_string(settings.EVENT_SINK_SIGNER)()
        headers = {"Content-Type": BATCH_MEDIA_TYPE, "Authorization": f"Bearer {token}"}
        try:
            answer = self._pool.request("POST", self.address, body=written_together(events), headers=headers)
        except HTTPError as error:
            raise Away(f"{self.address} does not answer: {error}") from None
        if answer.status in REFUSALS:
            raise Refused(f"{self.address} answers {answer.status}: {answer.data[:500].decode(errors='replace')}")
        if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            raise Away(f"{self.address} answers {answer.status}.")
