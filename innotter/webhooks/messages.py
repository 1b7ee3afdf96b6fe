"""What is sent of an event, and the event again as it was queued."""

from dataclasses import fields

from innotter.events.domain import DomainEvent, event_class
from innotter.events.envelope import envelope
from innotter.events.models import Event
from innotter.text import json

#: Who did it may be a moderator, whom the others do not know by name. What stands for it where an event needs one.
LEFT_OUT = {"by_id": 0}


def body_of(event: Event) -> str:
    """The envelope of an event, without what is left out."""
    said = envelope(event)
    said["data"] = {name: value for name, value in said["data"].items() if name not in LEFT_OUT}
    return json.write(said).decode()


def event_in(*, type_: str, body: str) -> DomainEvent | None:
    """The event that a body tells of; None if only another version can read it."""
    try:
        cls = event_class(type_)
        data = json.read(body)["data"]
        return cls(**{field.name: LEFT_OUT[field.name] for field in fields(cls) if field.name in LEFT_OUT} | data)
    except (KeyError, TypeError):
        return None
