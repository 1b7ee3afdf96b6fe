"""What a store promises."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Protocol

from services.contract.events import Unreadable
from services.stats.ingest import Effect


@dataclass(frozen=True)
class Page:
    """What is known of a page that is there."""

    id: int
    owner_id: int


class Store(Protocol):
    """Keeps numbers. Each event counts once, however often and in whatever order it comes."""

    #: What is raised when that which keeps them does not answer.
    away: ClassVar[tuple[type[Exception], ...]]

    def prepare(self) -> None:
        """Make what is needed, where it is not there yet."""

    def apply(self, effects: Sequence[Effect]) -> int:
        """Count what has not been counted; says how many events that were. After a failure, apply them again."""

    def page(self, handle: str) -> Page | None:
        """The page that has this handle now; None where there is none, or its beginning has not come yet."""

    def totals(self, page_id: int) -> dict[str, int]:
        """What there is of a page, over all days."""

    def days(self, page_id: int, since: date, until: date) -> dict[date, dict[str, int]]:
        """By how much each number changed on the days on which one did; both ends included."""

    def bury(self, letter: Unreadable) -> None:
        """Keep a message that cannot be read, with its reason, for a person to look at."""

    def dead_letters(self) -> int:
        """How many messages could not be read; of more than `MOST_COUNTED` it says so many."""

    def known(self) -> tuple[int | None, int | None]:
        """How many events have been counted, and the greatest number of one; None where that is not known.

        Anybody may ask: it takes as long with a million events as with one.
        """

    def close(self) -> None:
        """Let go of what is open; nobody asks any more."""
