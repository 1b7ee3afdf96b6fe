"""Many rows one after the other, of which few are in memory at a time."""

from collections.abc import Iterator
from itertools import accumulate
from typing import TypeVar

from django.db.models import F, Func, IntegerField, Model, QuerySet

M = TypeVar("M", bound=Model)


def in_portions(rows: QuerySet[M], *, size: int, most: int | None = None) -> Iterator[M]:
    """The rows in their order, so many by each query, without what is gone by then or is not among them any more.

    A cursor of the server's, as `iterator()` opens one, is left open between transactions: a pooler that hands each of
    them to another connection does not find it again.
    """
    ids = list(rows.values_list("pk", flat=True)[:most])
    for start in range(0, len(ids), size):
        portion = ids[start : start + size]
        found = rows.order_by().in_bulk(portion)
        yield from (found[pk] for pk in portion if pk in found)


def fitting(rows: QuerySet[M], *, text: str, most: int, most_bytes: int) -> int:
    """How many of the first `most` rows have texts in this column that are together no larger than `most_bytes`.

    The database knows the sizes without reading the texts.
    """
    size = Func(F(text), function="octet_length", output_field=IntegerField())
    sizes = accumulate(rows.values_list(size, flat=True)[:most])
    return next((number for number, sum_ in enumerate(sizes) if sum_ > most_bytes), most)
