"""Events for the services, without the trouble of their envelopes."""

from datetime import UTC, datetime

from services.contract.events import Envelope


def event_of(number: int, type_: str, at: datetime = datetime(2026, 11, 1, 12, tzinfo=UTC), **data: object) -> Envelope:
    """What happened as number so and so."""
    id_ = str(number)
    return Envelope(specversion="1.0", id=id_, source="core", type=type_, time=at, sequence=number, data=data)
