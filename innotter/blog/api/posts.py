"""Posts: writing, reading, liking."""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_200_OK, HTTP_201_CREATED, HTTP_204_NO_CONTENT
from rest_framework.viewsets import GenericViewSet

from innotter.accounts.api.serializers import ReasonSerializer
from innotter.accounts.authentication import signed_in
from innotter.accounts.models import User
from innotter.api.idempotency import idempotent
from innotter.api.pagination import NewestFirst, OldestFirst
from innotter.blog import services
from innotter.blog.api.post_serializers import PostChangeSerializer, PostSerializer, PostUploadSerializer
from innotter.blog.models import Post
from innotter.blog.models.post import PostQuerySet
from innotter.blog.queries.posts import Row, newest_rows_on, rows_of
from innotter.errors import Invalid
from innotter.pages.models import Page


def post_as_json(_request: HttpRequest, reader: User, pk: str) -> Row | None:
    """What `PostViewSet.retrieve` says of a post; nothing, where this reader has none."""
    return next(iter(rows_of([int(pk)], reader)), None)


def first_on_page(request: HttpRequest, reader: User, uuid: str) -> dict[str, Any] | None:
    """What `PagePostViewSet.list` says first; nothing, where this reader has none there."""
    rows = newest_rows_on(uuid.lower(), reader, limit=NewestFirst.page_size + 1)
    return NewestFirst().first(rows, request) if rows else None


def _shown(request: Request, pk: int, status: int = HTTP_200_OK) -> Response:
    if rows := rows_of([pk], request.user):
        return Response(rows[0], status)
    raise Http404


class PostViewSet(GenericViewSet[Post]):
    """Posts, to whoever may read their page."""

    serializer_class = PostSerializer
    lookup_value_regex = r"[0-9]{1,18}"
    queryset = Post.objects.none()
    #: What is to be published: set by `prepare`.
    wanted: dict[str, Any]

    def get_queryset(self) -> PostQuerySet:
        return Post.objects.readable_by(self.request.user).select_related("page__owner")

    def get_parsers(self) -> list[BaseParser]:
        return [*super().get_parsers(), MultiPartParser()]

    @extend_schema(
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
        request={"application/json": PostSerializer, "multipart/form-data": PostUploadSerializer},
        responses={201: PostSerializer},
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Publish a post on one's own page, or a reply; as a form, with up to four pictures."""
        post = services.publish_post(author=signed_in(request), **self.wanted)
        return _shown(request, post.pk, status=HTTP_201_CREATED)

    def retrieve(self, request: Request, pk: str) -> Response:
        """Get a post."""
        return _shown(request, int(pk))

    def prepare(self, request: Request) -> None:
        """Read what is to be published, and store its pictures."""
        author = signed_in(request)
        serializer = PostUploadSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        body = serializer.validated_data
        named = Q(handle=body["page"].lower()) if body["page"] else Q(owner=author, is_personal=True)
        page = get_object_or_404(Page.objects.findable_by(author), named)
        answered = body["reply_to"]
        reply_to = get_object_or_404(Post.objects.readable_by(author), pk=answered) if answered else None
        files, alts = body.get("image", []), body.get("alt", [])
        if len(alts) > len(files):
            raise Invalid(alt=_("There are more descriptions than pictures."))
        uploads = [services.Upload(file, *alts[number : number + 1]) for number, file in enumerate(files)]
        images = services.store_pictures(author=author, page=page, uploads=uploads)
        self.wanted = {"page": page, "content": body["content"], "reply_to": reply_to, "images": images}

    @extend_schema(request=PostChangeSerializer, responses=PostSerializer)
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Edit the text of one's post."""
        post = self.get_object()
        serializer = PostChangeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        services.edit_post(author=signed_in(request), post=post, content=serializer.validated_data["content"])
        return _shown(request, post.pk)

    @extend_schema(parameters=[OpenApiParameter("reason", description="Why: for moderators, who remove another's.")])
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Delete a post: one's own, or as a moderator any."""
        person, post = signed_in(request), self.get_object()
        body = request.data if isinstance(request.data, dict) else {}
        serializer = ReasonSerializer(data=request.query_params.dict() | body)
        serializer.is_valid(raise_exception=True)
        services.delete_post(person=person, post=post, **serializer.validated_data)
        return Response(status=HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=PostSerializer)
    @action(detail=True, methods=["post"])
    def like(self, request: Request, **kwargs: Any) -> Response:
        """Like a post."""
        post = self.get_object()
        services.like_post(person=signed_in(request), post=post)
        return _shown(request, post.pk)

    @extend_schema(request=None, responses={200: PostSerializer})
    @like.mapping.delete
    def unlike(self, request: Request, **kwargs: Any) -> Response:
        """Unlike a post."""
        post = self.get_object()
        services.unlike_post(person=signed_in(request), post=post)
        return _shown(request, post.pk)


class PostListViewSet(GenericViewSet[Post]):
    """Lists of posts: which, says the queryset."""

    def list(self, request: Request, **kwargs: Any) -> Response:
        posts = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(rows_of([post.pk for post in posts], request.user))


class PagePostViewSet(PostListViewSet):
    """List the posts of a page that one may read, newest first."""

    serializer_class = PostSerializer
    queryset = Post.objects.none()

    def get_queryset(self) -> PostQuerySet:
        viewer = self.request.user
        page = get_object_or_404(Page.objects.readable_by(viewer), handle=self.kwargs["uuid"].lower())
        return Post.objects.filter(page=page)


class ReplyViewSet(PostListViewSet):
    """List all replies in the thread beneath a post, however deep, oldest first."""

    serializer_class = PostSerializer
    pagination_class = OldestFirst
    queryset = Post.objects.none()

    def get_queryset(self) -> PostQuerySet:
        viewer = self.request.user
        post = get_object_or_404(Post.objects.readable_by(viewer), pk=self.kwargs["pk"])
        return Post.objects.below(post).readable_by(viewer)


class HashtagViewSet(PostListViewSet):
    """List the posts with a hashtag, newest first."""

    serializer_class = PostSerializer
    queryset = Post.objects.none()

    def get_queryset(self) -> PostQuerySet:
        viewer = self.request.user
        return Post.objects.tagged(self.kwargs["name"]).readable_by(viewer)


class MyLikeViewSet(PostListViewSet):
    """List the posts one likes, the newest like first."""

    permission_classes = (IsAuthenticated,)
    serializer_class = PostSerializer
    queryset = Post.objects.none()

    class pagination_class(NewestFirst):  # noqa: N801 - Django REST framework's name for it
        ordering = "-like_id"

    def get_queryset(self) -> PostQuerySet:
        return Post.objects.liked_by(signed_in(self.request))
