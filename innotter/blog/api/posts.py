"""Posts: writing, reading, liking."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT
from rest_framework.viewsets import GenericViewSet

from innotter.accounts.api.serializers import ReasonSerializer
from innotter.accounts.authentication import signed_in
from innotter.api.fields import AddressField, ListField
from innotter.api.idempotency import idempotent
from innotter.api.pagination import NewestFirst, OldestFirst
from innotter.blog import services
from innotter.blog.models import Post, PostImage
from innotter.blog.models.image import LONGEST_ALT, MOST_IMAGES
from innotter.blog.models.post import MOST_CODE_POINTS, PostQuerySet
from innotter.errors import Invalid
from innotter.pages.models import LONGEST_HANDLE, Page


class PostImageSerializer(serializers.ModelSerializer[PostImage]):
    image = AddressField(source="image_url")
    small = AddressField(source="small_url")

    class Meta:
        model = PostImage
        fields = ("id", "image", "small", "width", "height", "alt")
        read_only_fields = fields


class PostSerializer(serializers.ModelSerializer[Post]):
    page = serializers.CharField(source="page.handle", max_length=LONGEST_HANDLE, help_text="The page's `uuid`.")
    page_name = serializers.CharField(source="page.name", read_only=True)
    content = serializers.CharField(
        max_length=MOST_CODE_POINTS,
        required=False,
        allow_blank=True,
        default="",
        help_text="At most 180 characters, as people count them; may be empty when there are pictures.",
    )
    images = PostImageSerializer(many=True, read_only=True)
    reply_to = serializers.IntegerField(
        source="parent.pk", allow_null=True, default=None, min_value=1, max_value=2**63 - 1, help_text="A post's id."
    )
    is_reply = serializers.BooleanField(
        read_only=True, help_text="With `reply_to` null: what it replies to is gone, or not yours to read."
    )
    replies = serializers.IntegerField(source="replies_count", read_only=True, default=0)
    likes = serializers.IntegerField(source="likes_count", read_only=True)
    liked_by_me = serializers.BooleanField(read_only=True, default=False)

    class Meta:
        model = Post
        fields: tuple[str, ...] = (
            "id",
            "kind",
            "page",
            "page_name",
            "title",
            "content",
            "images",
            "reply_to",
            "is_reply",
            "replies",
            "likes",
            "liked_by_me",
            "created_at",
            "updated_at",
        )
        read_only_fields = ("kind", "title", "created_at", "updated_at")


class PostUploadSerializer(PostSerializer):
    """The same, sent as a form, with pictures."""

    image = ListField(child=serializers.FileField(), required=False, write_only=True, max_length=MOST_IMAGES)
    alt = ListField(
        child=serializers.CharField(max_length=LONGEST_ALT, allow_blank=True),
        required=False,
        write_only=True,
        max_length=MOST_IMAGES,
    )

    class Meta(PostSerializer.Meta):
        fields = (*PostSerializer.Meta.fields, "image", "alt")


class PostChangeSerializer(serializers.Serializer[Any]):
    content = serializers.CharField(max_length=MOST_CODE_POINTS, allow_blank=True)


class PostViewSet(RetrieveModelMixin, GenericViewSet[Post]):
    """Posts, to whoever may read their page."""

    serializer_class = PostSerializer
    lookup_value_regex = r"[0-9]{1,18}"
    queryset = Post.objects.none()
    #: What is to be published: set by `prepare`.
    wanted: dict[str, Any]

    def get_queryset(self) -> PostQuerySet:
        return Post.objects.readable_by(self.request.user).as_seen_by(self.request.user)

    def get_parsers(self) -> list[BaseParser]:
        return [*super().get_parsers(), MultiPartParser()]

    @extend_schema(
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
        request={"application/json": PostSerializer, "multipart/form-data": PostUploadSerializer},
        responses={201: PostSerializer},
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Put a post on one's own page, perhaps as a reply; as a form, with up to four pictures."""
        post = services.publish_post(author=signed_in(request), **self.wanted)
        return Response(self.get_serializer(self.get_queryset().get(pk=post.pk)).data, status=HTTP_201_CREATED)

    def prepare(self, request: Request) -> None:
        """Read what is to be published, and store its pictures."""
        author = signed_in(request)
        serializer = PostUploadSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        body = serializer.validated_data
        page = get_object_or_404(Page.objects.findable_by(author), handle=body["page"]["handle"].lower())
        answered = body.get("parent", {}).get("pk")
        reply_to = get_object_or_404(Post.objects.readable_by(author), pk=answered) if answered else None
        files, alts = body.get("image", []), body.get("alt", [])
        if len(alts) > len(files):
            raise Invalid(alt=_("There are more descriptions than pictures."))
        uploads = [services.Upload(file, *alts[number : number + 1]) for number, file in enumerate(files)]
        images = services.store_pictures(author=author, page=page, uploads=uploads)
        self.wanted = {"page": page, "content": body["content"], "reply_to": reply_to, "images": images}

    @extend_schema(request=PostChangeSerializer, responses=PostSerializer)
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Change the text of one's post."""
        post = self.get_object()
        serializer = PostChangeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        services.edit_post(author=signed_in(request), post=post, content=serializer.validated_data["content"])
        return self.retrieve(request)

    @extend_schema(parameters=[OpenApiParameter("reason", description="Why: for moderators, who remove another's.")])
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Remove a post: one's own, or as a moderator any."""
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
        services.like_post(person=signed_in(request), post=self.get_object())
        return self.retrieve(request)

    @extend_schema(request=None, responses={200: PostSerializer})
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
        return Post.objects.filter(page=page).as_seen_by(viewer)


class ReplyViewSet(ListModelMixin, GenericViewSet[Post]):
    """The thread beneath a post, however deep: replies, replies to them, and so on, oldest first."""

    serializer_class = PostSerializer
    pagination_class = OldestFirst
    queryset = Post.objects.none()

    def get_queryset(self) -> PostQuerySet:
        viewer = self.request.user
        post = get_object_or_404(Post.objects.readable_by(viewer), pk=self.kwargs["pk"])
        return Post.objects.below(post).readable_by(viewer).as_seen_by(viewer)


class HashtagViewSet(ListModelMixin, GenericViewSet[Post]):
    """The posts that carry a hashtag, newest first."""

    serializer_class = PostSerializer
    queryset = Post.objects.none()

    def get_queryset(self) -> PostQuerySet:
        viewer = self.request.user
        return Post.objects.tagged(self.kwargs["name"]).readable_by(viewer).as_seen_by(viewer)


class MyLikeViewSet(ListModelMixin, GenericViewSet[Post]):
    """The posts one likes, newest like first."""

    permission_classes = (IsAuthenticated,)
    serializer_class = PostSerializer
    queryset = Post.objects.none()

    class pagination_class(NewestFirst):  # noqa: N801 - Django REST framework's name for it
        ordering = "-like_id"

    def get_queryset(self) -> PostQuerySet:
        return Post.objects.liked_by(signed_in(self.request))
