"""Events as they arrive: CloudEvents 1.0 in JSON, one by one or many together (see docs/events)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import pydantic_core
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

Sequence = Annotated[
    int, BeforeValidator(lambda text: int(text) if isinstance(text, str) and text.isdecimal() else text)
]

#: How far messages that could not be read are counted: whoever asks has no table read to its end.
MOST_COUNTED = 1000
#: The digits of a number that fits into eight bytes, whatever they are.
LONGEST_NUMBER = 18


def _in_utc(time: datetime) -> datetime:
    try:
        return time.astimezone(UTC)
    except OverflowError:  # At the ends of the calendar.
        raise ValueError("there is no such time in UTC") from None


#: In UTC, whatever it was written in: all days are UTC's.
Time = Annotated[AwareDatetime, AfterValidator(_in_utc)]
#: A text of a line; a null character fits into no database.
Line = Annotated[str, Field(pattern=r"^[^\x00]*$")]


class Envelope(BaseModel):
    """An event in its envelope. What else it carries is ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    specversion: Literal["1.0"]
    id: Line = Field(min_length=1, max_length=100)
    source: str = Field(min_length=1)
    type: str = Field(min_length=1)
    time: Time
    #: Of two events, the later has the greater.
    sequence: Sequence = Field(ge=0, lt=2**63)
    data: dict[str, Any]
    #: The request that led to it, where one did.
    requestid: str = Field(default="", max_length=64)


class Unreadable(ValueError):
    """A message that is no event; the text says why, `body` is what came."""

    def __init__(self, reason: str, body: bytes) -> None:
        super().__init__(reason)
        self.body = body


def read_event(body: bytes) -> Envelope:
    """The event of a message of its own."""
    try:
        return Envelope.model_validate_json(body)
    except ValidationError as error:
        raise Unreadable(reason_of(error), body) from None


def read_message(body: bytes) -> Envelope | Unreadable:
    """The same, where a message that cannot be read stands in its place as the reason why."""
    try:
        return read_event(body)
    except Unreadable as letter:
        return letter


def read_batch(body: bytes) -> Iterator[Envelope | Unreadable]:
    """The events of a batch; each that cannot be read stands in its place as the reason why."""
    try:
        entries = pydantic_core.from_json(body)
    except ValueError as error:
        raise Unreadable(f"This is no JSON: {error}", body) from None
    if not isinstance(entries, list):
        raise Unreadable("A batch is a list of events.", body)
    for entry in entries:
        try:
            yield Envelope.model_validate(entry)
        except ValidationError as error:
            yield Unreadable(reason_of(error), pydantic_core.to_json(entry))


def number_of(event_id: str) -> int:
    """The number that the core has for an event; 0 where its id is another one's."""
    return int(event_id) if event_id.isascii() and event_id.isdigit() and len(event_id) <= LONGEST_NUMBER else 0


def reason_of(error: ValidationError) -> str:
    """What is wrong, in a line."""
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}" for problem in problems)[
        :1000
    ]
