"""Lists are read from a cursor: stable while new things arrive, and as quick at the end as at the start."""

from rest_framework.pagination import CursorPagination


class NewestFirst(CursorPagination):
    """`{"next", "previous", "results"}`, twenty at a time unless `page_size` asks for up to a hundred."""

    ordering: str | tuple[str, ...] = "-id"
    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100
