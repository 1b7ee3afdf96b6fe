"""Pages, their followers and tags."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT
from rest_framework.viewsets import GenericViewSet

from innotter.accounts.api.serializers import ImageSerializer, ReasonSerializer, UserSerializer
from innotter.accounts.authentication import signed_in
from innotter.accounts.models import User
from innotter.accounts.models.user import LONGEST_USERNAME
from innotter.api.fields import AddressField, ListField
from innotter.pages import services
from innotter.pages.models import HANDLE, LONGEST_HANDLE, Follow, Page, PageQuerySet, Tag
from innotter.text.cleaning import one_line
from innotter.text.tags import LONGEST_TAG, tag_name

#: A handle as it may be sent. Other languages than Python know no flags within a pattern.
IN_ANY_CASE = HANDLE.replace("a-z", "A-Za-z")
#: Requests to follow that are decided at a time.
MOST_AT_ONCE = 1000

#: What a page shows to those who may not read it.
CARD = ("uuid", "name", "image", "is_private", "follow_status")


class TagField(ListField):
    """Tags by name."""

    child = serializers.CharField(max_length=LONGEST_TAG)

    def __init__(self, **options: Any) -> None:
        # The rule knows how many tags a page may have once those that are spelled alike are one.
        super().__init__(max_length=MOST_AT_ONCE, **options)

    def to_representation(self, data: Any) -> list[str]:
        return sorted(tag.name for tag in data.all())


class PageSerializer(serializers.ModelSerializer[Page]):
    """A page. A private page shows strangers no more than its card."""

    uuid = serializers.RegexField(rf"^{IN_ANY_CASE}$", source="handle", min_length=2, max_length=LONGEST_HANDLE)
    owner = serializers.CharField(source="owner.username", read_only=True)
    tags = TagField(required=False)
    image = AddressField(source="image_url")
    follow_status = serializers.ChoiceField(
        choices=Follow.Status.choices, read_only=True, allow_null=True, default=None
    )

    class Meta:
        model = Page
        fields = (
            "uuid",
            "name",
            "image",
            "description",
            "tags",
            "owner",
            "is_private",
            "is_personal",
            "follow_status",
            "created_at",
        )
        read_only_fields = ("is_personal", "created_at")

    def to_representation(self, page: Page) -> dict[str, Any]:
        everything = super().to_representation(page)
        if page.is_readable:
            return everything
        return {field: everything[field] for field in CARD}


class PageCard(OpenApiSerializerExtension):
    """Says in the document that of a private page no more than its card may come."""

    target_class = PageSerializer

    def map_serializer(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        schema: dict[str, Any] = auto_schema._map_serializer(  # noqa: SLF001 - as drf-spectacular's own extensions do
            self.target, direction, bypass_extensions=True
        )
        if direction == "response":
            schema["required"] = [name for name in schema["required"] if name in CARD]
        return schema


class FollowSerializer(serializers.ModelSerializer[Follow]):
    class Meta:
        model = Follow
        fields = ("status",)


class BlockSerializer(ReasonSerializer):
    until = serializers.DateTimeField(required=False, allow_null=True, default=None, help_text="Null: for ever.")


class BlockedSerializer(serializers.ModelSerializer[Page]):
    class Meta:
        model = Page
        fields = ("blocked_until",)


class PageViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet[Page]):
    """Get a page."""

    serializer_class = PageSerializer
    field_names: ClassVar[dict[str, str]] = {"handle": "uuid"}
    lookup_field = "handle"
    lookup_url_kwarg = "uuid"
    lookup_value_regex = r"[A-Za-z0-9_-]{1,30}"
    queryset = Page.objects.none()
    filters: ClassVar[dict[str, str]] = {"owner": "owner__username__iexact", "tag": "tags__name"}

    def get_queryset(self) -> PageQuerySet:
        viewer = self.request.user
        pages = Page.objects.findable_by(viewer).as_seen_by(viewer).select_related("owner").prefetch_related("tags")
        wishes = (
            {lookup: self._asked_for(name) for name, lookup in self.filters.items()} if self.action == "list" else {}
        )
        if any(wishes.values()):
            # Only what the viewer may read: a private page is not found by what its card does not show.
            chosen = {lookup: value for lookup, value in wishes.items() if value}
            pages = pages.filter(pk__in=Page.objects.readable_by(viewer).values("pk")).filter(**chosen)
        return pages

    def _asked_for(self, parameter: str) -> str:
        text = one_line(self.request.query_params.get(parameter, ""))
        return tag_name(text) if parameter == "tag" else text

    def get_object(self) -> Page:
        self.kwargs["uuid"] = self.kwargs["uuid"].lower()
        return super().get_object()

    @extend_schema(
        parameters=[
            OpenApiParameter("owner", description="Only the pages of this person, by username."),
            OpenApiParameter("tag", description="Only pages with this tag."),
        ]
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List pages, newest first."""
        return super().list(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Create a page."""
        owner = signed_in(request)
        page = services.create_page(owner=owner, **self._read(request))
        shown = self.get_queryset().get(pk=page.pk)
        return Response(self.get_serializer(shown).data, status=HTTP_201_CREATED)

    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Edit one's page: what is not sent stays."""
        page = self.get_object()
        page = services.edit_page(owner=signed_in(request), page=page, **self._read(request, partial=True))
        return self._shown(page)

    def _shown(self, page: Page) -> Response:
        """The page as it is now, with all that is shown of it."""
        return Response(self.get_serializer(self.get_queryset().get(pk=page.pk)).data)

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Delete one's page, with all that is on it."""
        services.delete_page(owner=signed_in(request), page=self.get_object())
        return Response(status=HTTP_204_NO_CONTENT)

    @extend_schema(request=ImageSerializer, responses=PageSerializer)
    @action(detail=True, methods=["put"], parser_classes=[MultiPartParser])
    def image(self, request: Request, **kwargs: Any) -> Response:
        """Set a page's picture: JPEG, PNG, WebP or GIF, of at most `UPLOAD_MAX_BYTES` (10 MB), in the field `image`."""
        page = self.get_object()
        serializer = ImageSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        page = services.set_image(owner=signed_in(request), page=page, file=serializer.validated_data["image"])
        return self._shown(page)

    @extend_schema(responses={204: None})
    @image.mapping.delete
    def remove_image(self, request: Request, **kwargs: Any) -> Response:
        """Remove a page's picture."""
        services.remove_image(owner=signed_in(request), page=self.get_object())
        return Response(status=HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses={201: FollowSerializer})
    @action(detail=True, methods=["post"])
    def follow(self, request: Request, **kwargs: Any) -> Response:
        """Follow a page, or ask to follow a private one."""
        follow = services.follow_page(follower=signed_in(request), page=self.get_object())
        return Response(FollowSerializer(follow).data, status=HTTP_201_CREATED)

    @extend_schema(request=None, responses={204: None})
    @follow.mapping.delete
    def unfollow(self, request: Request, **kwargs: Any) -> Response:
        """Unfollow a page, or withdraw one's request to follow it."""
        services.unfollow_page(follower=signed_in(request), page=self.get_object())
        return Response(status=HTTP_204_NO_CONTENT)

    @extend_schema(request=BlockSerializer, responses={200: BlockedSerializer})
    @action(detail=True, methods=["post"])
    def block(self, request: Request, **kwargs: Any) -> Response:
        """Block a page until a time, or for ever (moderators)."""
        page = self.get_object()
        serializer = BlockSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        page = services.block_page(moderator=signed_in(request), page=page, **serializer.validated_data)
        return Response(BlockedSerializer(page).data)

    @extend_schema(request=None, responses={204: None})
    @block.mapping.delete
    def unblock(self, request: Request, **kwargs: Any) -> Response:
        """Unblock a page (moderators)."""
        services.unblock_page(moderator=signed_in(request), page=self.get_object())
        return Response(status=HTTP_204_NO_CONTENT)

    def _read(self, request: Request, *, partial: bool = False) -> dict[str, Any]:
        serializer = self.get_serializer(data=request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


class DecisionSerializer(serializers.Serializer[Any]):
    """Whom a decision is about: `users` by username, or `all`."""

    users = ListField(child=serializers.CharField(max_length=LONGEST_USERNAME), required=False, max_length=MOST_AT_ONCE)
    all = serializers.BooleanField(default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["all"] == ("users" in attrs):
            raise serializers.ValidationError(_("Name the users, or say all: one of the two."))
        return attrs


class DecidedSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="How many requests it was about.")


class FollowRequestSerializer(serializers.ModelSerializer[Follow]):
    user = UserSerializer(source="follower")

    class Meta:
        model = Follow
        fields = ("user", "created_at")


class FollowRequestViewSet(ListModelMixin, GenericViewSet[Follow]):
    """List the requests to follow one's private page."""

    permission_classes = (IsAuthenticated,)
    serializer_class = FollowRequestSerializer
    queryset = Follow.objects.none()

    def get_queryset(self) -> Any:
        return Follow.objects.pending().filter(page=self._page()).select_related("follower")

    @extend_schema(request=DecisionSerializer, responses=DecidedSerializer)
    def accept(self, request: Request, **kwargs: Any) -> Response:
        """Accept requests to follow one's page: some, or all."""
        return self._decide(request, services.accept_requests)

    @extend_schema(request=DecisionSerializer, responses=DecidedSerializer)
    def reject(self, request: Request, **kwargs: Any) -> Response:
        """Decline requests to follow one's page: some, or all. People may ask again."""
        return self._decide(request, services.reject_requests)

    def _decide(self, request: Request, decision: Callable[..., int]) -> Response:
        page = self._page()
        serializer = DecisionSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        usernames = serializer.validated_data.get("users")
        return Response({"count": decision(owner=signed_in(request), page=page, usernames=usernames)})

    def _page(self) -> Page:
        return get_object_or_404(Page, owner=signed_in(self.request), handle=self.kwargs["uuid"].lower())


class FollowerViewSet(ListModelMixin, GenericViewSet[User]):
    """List the followers of a page that one may read."""

    serializer_class = UserSerializer
    queryset = User.objects.none()

    def get_queryset(self) -> Any:
        pages = Page.objects.readable_by(self.request.user)
        page = get_object_or_404(pages, handle=self.kwargs["uuid"].lower())
        follows = Follow.objects.accepted().filter(page=page)
        return User.objects.findable_by(self.request.user).filter(pk__in=follows.values("follower"))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Remove a follower from one's page; they may follow again, or ask to."""
        owner = signed_in(request)
        page = get_object_or_404(Page.objects.filter(owner=owner), handle=self.kwargs["uuid"].lower())
        follower = get_object_or_404(User, username__iexact=self.kwargs["username"], follows__page=page)
        services.remove_follower(owner=owner, page=page, follower=follower)
        return Response(status=HTTP_204_NO_CONTENT)


class TagSerializer(serializers.ModelSerializer[Tag]):
    class Meta:
        model = Tag
        fields = ("name",)


class TagViewSet(ListModelMixin, GenericViewSet[Tag]):
    """List the tags of pages, newest first."""

    serializer_class = TagSerializer
    queryset = Tag.objects.none()

    def get_queryset(self) -> Any:
        return Tag.objects.filter(pages__in=Page.objects.readable_by(self.request.user)).distinct()
