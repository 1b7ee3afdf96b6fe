"""Posts: writing, reading, liking."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT
from rest_framework.viewsets import GenericViewSet

from innotter.accounts.authentication import signed_in
from innotter.api.idempotency import idempotent
from innotter.api.pagination import NewestFirst
from innotter.blog import services
from innotter.blog.models import Post
from innotter.blog.models.post import PostQuerySet
from innotter.pages.models import Page


class PostSerializer(serializers.ModelSerializer[Post]):
    page = serializers.CharField(source="page.handle", max_length=30, help_text="The page's `uuid`.")
    page_name = serializers.CharField(source="page.name", read_only=True)
    content = serializers.CharField(max_length=2000, help_text="At most 180 characters, as people count them.")
    likes = serializers.IntegerField(source="likes_count", read_only=True)
    liked_by_me = serializers.BooleanField(read_only=True, default=False)

    class Meta:
        model = Post
        fields = ("id", "page", "page_name", "content", "likes", "liked_by_me", "created_at", "updated_at")
        read_only_fields = ("created_at", "updated_at")


class PostChangeSerializer(serializers.Serializer[Any]):
    content = serializers.CharField(max_length=2000)


class PostViewSet(RetrieveModelMixin, GenericViewSet[Post]):
    """Posts, to whoever may read their page."""

    serializer_class = PostSerializer
    lookup_value_regex = r"[0-9]{1,18}"
    queryset = Post.objects.none()

    def get_queryset(self) -> PostQuerySet:
        return Post.objects.readable_by(self.request.user).seen_by(self.request.user)

    @extend_schema(parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)])
    @idempotent
    def create(self, request: Request) -> Response:
        """Put a post on one's own page."""
        author = signed_in(request)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        handle = serializer.validated_data["page"]["handle"].lower()
        page = get_object_or_404(Page.objects.findable_by(author), handle=handle)
        post = services.publish_post(author=author, page=page, content=serializer.validated_data["content"])
        return Response(self.get_serializer(post).data, status=HTTP_201_CREATED)

    @extend_schema(request=PostChangeSerializer, responses=PostSerializer)
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Change the text of one's post."""
        post = self.get_object()
        serializer = PostChangeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        post = services.edit_post(author=signed_in(request), post=post, content=serializer.validated_data["content"])
        return Response(self.get_serializer(post).data)

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Remove a post."""
        services.delete_post(person=signed_in(request), post=self.get_object())
        return Response(status=HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=PostSerializer)
    @action(detail=True, methods=["post"])
    def like(self, request: Request, **kwargs: Any) -> Response:
        """Like a post."""
        services.like_post(person=signed_in(request), post=self.get_object())
        return self.retrieve(request)

    @extend_schema(request=None, responses=PostSerializer)
    @like.mapping.delete
    def unlike(self, request: Request, **kwargs: Any) -> Response:
        """Take a like back."""
        services.unlike_post(person=signed_in(request), post=self.get_object())
        return self.retrieve(request)


class PagePostViewSet(ListModelMixin, GenericViewSet[Post]):
    """The posts of a page that one may read, newest first."""

    serializer_class = PostSerializer
    queryset = Post.objects.none()

    def get_queryset(self) -> PostQuerySet:
        viewer = self.request.user
        page = get_object_or_404(Page.objects.readable_by(viewer), handle=self.kwargs["uuid"].lower())
        return Post.objects.filter(page=page).seen_by(viewer)


class MyLikeViewSet(ListModelMixin, GenericViewSet[Post]):
    """The posts one likes, newest like first."""

    permission_classes = (IsAuthenticated,)
    serializer_class = PostSerializer
    queryset = Post.objects.none()

    class pagination_class(NewestFirst):  # noqa: N801 - Django REST framework's name for it
        ordering = "-like_id"

    def get_queryset(self) -> PostQuerySet:
        return Post.objects.liked_by(signed_in(self.request))
