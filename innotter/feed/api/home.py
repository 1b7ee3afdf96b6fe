"""Get the home feed."""

from typing import Any

from django.http import HttpRequest
from drf_spectacular.utils import extend_schema
from rest_framework.pagination import Cursor
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from innotter.accounts.authentication import signed_in
from innotter.accounts.models import User
from innotter.api.pagination import NewestFirst
from innotter.blog.api.post_serializers import PostSerializer
from innotter.blog.models import Post
from innotter.feed.queries import home
from innotter.text.numbers import whole_number


class FeedPagination(NewestFirst):
    """The same cursors as every list has, over a feed that is found page by page."""

    def find(self, request: Request, reader: User) -> list[dict[str, Any]]:
        """The posts that this request asks for."""
        self.base_url = request.build_absolute_uri()
        limit = self.get_page_size(request) or self.page_size
        cursor = self.decode_cursor(request)
        position = _position(cursor)
        if cursor and cursor.reverse:
            found = home.home_feed_since(reader, after=position or 0, limit=limit + 1)
            self.has_older, self.has_newer = True, len(found) > limit
            self.rows = found[-limit:]
        else:
            found = home.home_feed(reader, before=position, limit=limit + 1)
            self.has_older, self.has_newer = len(found) > limit, position is not None
            self.rows = found[:limit]
        return self.rows

    def get_next_link(self) -> str | None:
        return self._link(self.rows[-1], reverse=False) if self.has_older and self.rows else None

    def get_previous_link(self) -> str | None:
        return self._link(self.rows[0], reverse=True) if self.has_newer and self.rows else None

    def _link(self, post: dict[str, Any], *, reverse: bool) -> str:
        return self.encode_cursor(Cursor(offset=0, reverse=reverse, position=post["id"]))


def _position(cursor: Cursor | None) -> int | None:
    return whole_number(str(cursor.position)) if cursor and cursor.position is not None else None


def first_page(request: HttpRequest, reader: User) -> dict[str, Any]:
    """What `FeedViewSet.list` says to somebody who asks for nothing special."""
    return NewestFirst().first(home.home_feed(reader, limit=NewestFirst.page_size + 1), request)


class FeedViewSet(GenericViewSet[Post]):
    """The newest posts of the pages one follows, and of one's own."""

    permission_classes = (IsAuthenticated,)
    serializer_class = PostSerializer
    pagination_class = FeedPagination
    queryset = Post.objects.none()

    @extend_schema(responses=PostSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Get the home feed."""
        pages = FeedPagination()
        return pages.get_paginated_response(pages.find(request, signed_in(request)))
