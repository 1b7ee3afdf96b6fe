"""The kinds of work that the platform can do. Each is a small file in the `handlers/` of an app."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, Protocol, TypeVar

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from innotter.accounts.models import User
from innotter.errors import Invalid, Text

T = TypeVar("T")

#: Of more, nobody reads what is wrong with them.
MOST_ERRORS = 20
#: As much of a target as is kept.
LONGEST_TARGET = 255
#: The longest parameter that a target is found in: of each result that it names, no more is read.
LONGEST_TARGET_TEXT = 2000


class GiveUp(Exception):
    """It makes no sense to try this again; the message tells the owner why."""


class Stopped(Exception):
    """The attempt is over before its work is done: cancelled, out of time, or in other hands by now."""


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from _texts(name)
            yield from _texts(part)
    elif isinstance(value, list | tuple | set):
        for part in value:
            yield from _texts(part)


class Parameters(BaseModel):
    """What a handler is told. The title and description of each field stand beside it in the form."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, regex_engine="python-re")

    @field_validator("*")
    @classmethod
    def can_be_kept(cls, value: Any) -> Any:
        if any("\0" in text for text in _texts(value)):
            raise ValueError(_("This contains a null character."))
        return value


@dataclass(frozen=True)
class Output:
    """What came of the work: a text for people, data for programs. Files are kept by the `Run`.

    Text and data are read whole, in lists of results too. Of more than 100 kB the text is cut, and the largest entries
    of the data are left out: what may grow, such as a report, belongs in a file.
    """

    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


class Run(Protocol):
    """An attempt at a job, as its handler sees it.

    Where the handler raises `TooManyRequests`, the job is put off until its owner may do this again.
    """

    owner: User

    def step(self, text: Text, percent: int) -> None:
        """Tell how far it is, in words and in percent. Like every other call, it ends an attempt that was stopped."""

    def log(self, text: Text) -> None:
        """Write a line down for the owner."""

    def checkpoint(self) -> None:
        """A good moment to stop."""

    def once(self, key: str, act: Callable[[], T]) -> T:
        """Do something for good that the next attempt must not repeat; gives what was given the first time.

        What it does in the database and the note that it was done are one transaction. It gives something of JSON.
        """

    def upload(self) -> IO[bytes]:
        """The file that was given with the job."""

    def keep(self, name: str, content: IO[bytes], content_type: str) -> None:
        """Give the owner a file."""


@dataclass(frozen=True)
class Target:
    """What outside the product a kind of work turns to, such as a host: limits count by it.

    It is found in the text of one parameter alone, which has at most `LONGEST_TARGET_TEXT` characters.
    """

    parameter: str
    find: Callable[[str], str]

    def found_in(self, text: str) -> str:
        """As much of it as is kept."""
        return self.find(text)[:LONGEST_TARGET]


P = TypeVar("P", bound=Parameters)
Work = Callable[[P, Run], Output]


@dataclass(frozen=True)
class Handler:
    """A kind of work."""

    name: str
    title: Text
    about: Text
    icon: str
    parameters: type[Parameters]
    work: Callable[[Any, Run], Output]
    #: The longest an attempt may take.
    seconds: int
    takes_file: bool
    #: Whether it is done in a moment, and may be one of many in a row.
    is_quick: bool
    target: Target | None

    def read(self, parameters: Mapping[str, Any]) -> Parameters:
        """The parameters, checked; refuses field by field."""
        try:
            return self.parameters.model_validate(parameters)
        except ValidationError as error:
            raise Invalid(**{_field(part): _words(part) for part in reversed(error.errors()[:MOST_ERRORS])}) from None


Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class ChoicesOfOwner:
    """What a parameter may be, which differs from owner to owner; and what to say to one who has nothing to choose."""

    of: Callable[[User], Choices]
    if_none: Text
    advice: Text
    action: Text
    #: The name of the view in which something to choose is made.
    address: str


_handlers: dict[str, Handler] = {}
_choices: dict[str, ChoicesOfOwner] = {}


def handler(
    *,
    title: Text,
    about: Text,
    icon: str,
    parameters: type[P],
    seconds: int = 60,
    takes_file: bool = False,
    is_quick: bool = False,
    target: Target | None = None,
) -> Callable[[Work[P]], Work[P]]:
    """Let the function do jobs of a kind that is named as it is.

    `is_quick` is for what takes milliseconds and waits for nobody outside: such jobs are done in batches, one after the
    other. Everything else has a process to itself while it lasts. `target` says in which parameter stands what outside
    the product it turns to.
    """

    def remember(work: Work[P]) -> Work[P]:
        name = work.__name__
        _handlers[name] = Handler(name, title, about, icon, parameters, work, seconds, takes_file, is_quick, target)
        return work

    return remember


def choices(
    name: str, *, if_none: Text, advice: Text, action: Text, address: str
) -> Callable[[Callable[[User], Choices]], Callable[[User], Choices]]:
    """Let the function find values and labels for parameters in whose JSON schema this name is a key."""

    def remember(of: Callable[[User], Choices]) -> Callable[[User], Choices]:
        _choices[name] = ChoicesOfOwner(of, if_none, advice, action, address)
        return of

    return remember


def choices_for(schema: Mapping[str, Any]) -> ChoicesOfOwner | None:
    """What the parameter with this JSON schema is chosen from; None if it may be anything."""
    return next((_choices[key] for key in schema if key in _choices), None)


def handlers() -> list[Handler]:
    """All kinds of work, in the order of their names."""
    return [_handlers[name] for name in sorted(_handlers)]


def handler_named(name: str) -> Handler | None:
    """The kind of work with this name."""
    return _handlers.get(name)


def target_of(handler: str, parameters: Mapping[str, Any]) -> str:
    """What outside a job of this kind turns to; nothing, if that is not known."""
    target = found.target if (found := handler_named(handler)) else None
    return target.found_in(str(parameters.get(target.parameter, ""))) if target else ""


def _field(error: Any) -> str:
    return str(error["loc"][0]) if error["loc"] else "parameters"


def _words(error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"][1:])
    words = error["msg"].removeprefix("Value error, ")
    return f"{where}: {words}" if where else words
