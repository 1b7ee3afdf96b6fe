"""An event as the rest of the world reads it: CloudEvents 1.0, in JSON."""

from typing import Any

import orjson
from django.conf import settings

from innotter.events.models import Event
from telemetry import context

#: The version of the schemas in docs/events.
VERSION = 1
MEDIA_TYPE = "application/cloudevents+json"
BATCH_MEDIA_TYPE = "application/cloudevents-batch+json"


def envelope(event: Event) -> dict[str, Any]:
    """The event with its context (CloudEvents 1.0).

    Its extensions: `sequence`, by which what happened later sorts later, and `requestid`, where a request led to it.
    """
    followed = {context.EXTENSION: event.request_id} if event.request_id else {}
    return {
        "specversion": "1.0",
        "id": str(event.pk),
        "source": settings.SITE_URL,
        "type": event.type,
        "subject": event.subject,
        "time": event.occurred_at.isoformat(),
        "sequence": f"{event.pk:020}",
        "datacontenttype": "application/json",
        "dataschema": f"urn:innotter:events:{event.type}.v{VERSION}",
        "data": event.data,
    } | followed


def written(event: Event) -> bytes:
    """The event as a message of its own."""
    return orjson.dumps(envelope(event))


def written_together(events: list[Event]) -> bytes:
    """Many events as one message."""
    return orjson.dumps([envelope(event) for event in events])
