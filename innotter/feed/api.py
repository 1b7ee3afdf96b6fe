"""The home feed."""

from typing import Any

from rest_framework.mixins import ListModelMixin
from rest_framework.pagination import Cursor
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from innotter.accounts.authentication import signed_in
from innotter.api.pagination import NewestFirst
from innotter.blog.api.posts import PostSerializer
from innotter.blog.models import Post
from innotter.feed import queries


class FeedPagination(NewestFirst):
    """The same cursors as every list has, over a feed that is found page by page."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        self.base_url = request.build_absolute_uri()
        self.limit = self.get_page_size(request) or self.page_size
        self.cursor = self.decode_cursor(request)
        reader = signed_in(request)
        position = _position(self.cursor)
        if self.cursor and self.cursor.reverse:
            found = queries.home_feed_since(reader, after=position or 0, limit=self.limit + 1)
            self.has_older, self.has_newer = True, len(found) > self.limit
            ids = found[-self.limit :]
        else:
            found = queries.home_feed(reader, before=position, limit=self.limit + 1)
            self.has_older, self.has_newer = len(found) > self.limit, position is not None
            ids = found[: self.limit]
        self.posts = queries.posts_in_order(ids, reader)
        return self.posts

    def get_next_link(self) -> str | None:
        return self._link(self.posts[-1], reverse=False) if self.has_older and self.posts else None

    def get_previous_link(self) -> str | None:
        return self._link(self.posts[0], reverse=True) if self.has_newer and self.posts else None

    def _link(self, post: Post, *, reverse: bool) -> str:
        return self.encode_cursor(Cursor(offset=0, reverse=reverse, position=post.pk))


def _position(cursor: Cursor | None) -> int | None:
    text = str(cursor.position) if cursor else ""
    return min(int(text), 2**63 - 1) if text.isascii() and text.isdigit() else None


class FeedViewSet(ListModelMixin, GenericViewSet[Post]):
    """The newest posts of the pages one follows, and of one's own."""

    permission_classes = (IsAuthenticated,)
    serializer_class = PostSerializer
    pagination_class = FeedPagination
    queryset = Post.objects.none()
