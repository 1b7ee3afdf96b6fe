"""Long lists on the site, read on from the last thing seen."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from innotter.text.numbers import whole_number

T = TypeVar("T")
R = TypeVar("R")
M = TypeVar("M", bound=Model)

PAGE_SIZE = 20


@dataclass(frozen=True)
class Slice(Generic[T]):
    """A part of a list; `older` is what to ask for next, or None at the end."""

    items: list[T]
    older: int | None

    def read_as(self, read: Callable[[list[T]], list[R]]) -> "Slice[R]":
        """The same part, with something else in it: what is read of that which is shown."""
        return Slice(items=read(self.items), older=self.older)


def before(request: HttpRequest) -> int | None:
    """The `before` of the address: nonsense counts as the beginning."""
    return whole_number(request.GET.get("before", ""))


def newest_first(request: HttpRequest, rows: QuerySet[M]) -> Slice[M]:
    """Twenty rows, newest first, older than the address says."""
    if (last := before(request)) is not None:
        rows = rows.filter(pk__lt=last)
    return as_slice(list(rows.order_by("-pk")[: PAGE_SIZE + 1]))


def as_slice(items: list[T], number: Callable[[T], int] = attrgetter("pk")) -> Slice[T]:
    """A slice of a list that was read one longer than shown, to see whether more comes."""
    shown = items[:PAGE_SIZE]
    return Slice(items=shown, older=number(shown[-1]) if len(items) > PAGE_SIZE else None)
