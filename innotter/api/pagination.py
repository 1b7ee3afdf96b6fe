"""Lists are read from a cursor: stable while new things arrive, and as quick at the end as at the start."""

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request


class NewestFirst(CursorPagination):
    """`{"next", "previous", "results"}`, twenty at a time unless `page_size` asks for up to a hundred."""

    ordering: str | tuple[str, ...] = "-id"
    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100

    def decode_cursor(self, request: Request) -> Cursor | None:
        """A cursor stands at a number, as every list of ours is in the order of one; another is nobody's."""
        cursor = super().decode_cursor(request)
        position = "0" if cursor is None or cursor.position is None else str(cursor.position)
        if not (position.isascii() and position.isdigit()):
            raise NotFound(self.invalid_cursor_message)
        return cursor


class OldestFirst(NewestFirst):
    """The same, as a conversation is read."""

    ordering = "id"
