"""Rows that are read only if somebody wants one."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from typing import TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)

#: Rows by their ids, read when the first is asked for.
Later = Callable[[], Mapping[int, M]]


def later(rows: QuerySet[M], ids: Iterable[int]) -> Later[M]:
    """Read these rows by one query, once, if any is wanted. One that has gone meanwhile is not among them."""
    return cache(partial(rows.in_bulk, list(ids)))
