"""Lists are read from a cursor: stable while new things arrive, and as quick at the end as at the start."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from innotter.text.numbers import whole_number


def is_number(text: str) -> bool:
    return whole_number(text) is not None


def is_moment(text: str) -> bool:
    try:
        return parse_datetime(text) is not None
    except ValueError:
        return False


def is_words(text: str) -> bool:
    return "\0" not in text


class NewestFirst(CursorPagination):
    """`{"next", "previous", "results"}`, twenty at a time unless `page_size` asks for up to a hundred."""

    ordering: str | tuple[str, ...] = "-id"
    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100

    def decode_cursor(self, request: Request) -> Cursor | None:
        """A cursor stands at a number, as every list of ours is in the order of one; another is nobody's."""
        cursor = super().decode_cursor(request)
        if cursor and cursor.position is not None and not self.is_position(str(cursor.position)):
            raise NotFound(self.invalid_cursor_message)
        return cursor

    def is_position(self, text: str) -> bool:
        """Whether a list can stand there."""
        return is_number(text)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The shape of a list, in the words of OpenAPI 3.1: Django REST framework's own are those of 3.0."""
        link = {"type": ["string", "null"], "format": "uri"}
        properties = {"next": link, "previous": link, "results": schema}
        return {"type": "object", "required": list(properties), "properties": properties}

    def first(self, rows: list[dict[str, Any]], request: HttpRequest) -> dict[str, Any]:
        """What a list by `id` says to who asks for nothing special, of its rows: one more than is shown, or fewer."""
        self.base_url = request.build_absolute_uri()
        shown = rows[: self.page_size]
        more = Cursor(offset=0, reverse=False, position=shown[-1]["id"]) if len(rows) > len(shown) else None
        return {"next": self.encode_cursor(more) if more else None, "previous": None, "results": shown}


class OldestFirst(NewestFirst):
    """The same, as a conversation is read."""

    ordering = "id"


class InOrder(NewestFirst):
    """The same, in the order that `ordering` asks for: one of `orders`, with a minus before it for the other way."""

    #: By what name, which column, and what its values look like.
    orders: ClassVar[Mapping[str, tuple[str, Callable[[str], bool]]]] = {}
    _column: str
    _is_value: Callable[[str], bool]

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        asked = request.query_params.get("ordering", "")
        found = self.orders.get(asked.removeprefix("-"))
        column, self._is_value = found or ("-id", is_number)
        self._column = f"-{column}" if found and asked.startswith("-") else column
        return super().paginate_queryset(queryset, request, view)

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        column = self._column
        return (column,) if column.endswith("id") else (column, "-id" if column.startswith("-") else "id")

    def is_position(self, text: str) -> bool:
        return self._is_value(text)
