"""One's notifications, and which of them one wants."""

from typing import Any

from django.http import HttpRequest
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from innotter.accounts.authentication import signed_in
from innotter.accounts.models import User
from innotter.api.fields import ListField
from innotter.notifications import services
from innotter.notifications.kinds import Kind
from innotter.notifications.models import Notification
from innotter.notifications.tellers import Doers, Told, told

MOST_COUNTED = 1000
#: Notifications that are marked as read by their numbers.
MOST_AT_ONCE = 1000


class NotificationSerializer(serializers.ModelSerializer[Notification]):
    """`text` and `url` are empty, and `count` is 0, when what it tells of is gone, or no longer yours to see."""

    text = serializers.SerializerMethodField()
    quote = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField(help_text="A path on the site.")
    actor = serializers.SerializerMethodField()
    count = serializers.SerializerMethodField()
    is_read = serializers.SerializerMethodField()

    class Meta:
        model = Notification
        fields = ("id", "kind", "text", "quote", "url", "actor", "count", "is_read", "created_at")

    def get_text(self, notification: Notification) -> str:
        return self._word(notification, "sentence")

    def get_quote(self, notification: Notification) -> str:
        return self._word(notification, "quote")

    def get_url(self, notification: Notification) -> str:
        return self._word(notification, "url")

    @extend_schema_field({"type": ["string", "null"]})
    def get_actor(self, notification: Notification) -> str | None:
        """Nobody, where there are no words: who hides is not named."""
        by = self._by(notification)
        return by.newest.username if by and by.newest else None

    def get_count(self, notification: Notification) -> int:
        by = self._by(notification)
        return by.count if by else 0

    def get_is_read(self, notification: Notification) -> bool:
        return notification.read_at is not None

    def _by(self, notification: Notification) -> Doers | None:
        words: Told | None = self.context["told"].get(notification.pk)
        return words.by if words else None

    def _word(self, notification: Notification, name: str) -> str:
        words = self.context["told"].get(notification.pk)
        return getattr(words, name) if words else ""


def unread_count(request: HttpRequest | Request, person: User) -> dict[str, int]:
    """How many notifications somebody has not read, up to a thousand."""
    return {"unread": services.count_unread(recipient=person, most=MOST_COUNTED)}


class UnreadSerializer(serializers.Serializer[Any]):
    unread = serializers.IntegerField()


class ReadSerializer(serializers.Serializer[Any]):
    """Which have been read: `ids`, or `all`."""

    ids = ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), required=False, max_length=MOST_AT_ONCE
    )
    all = serializers.BooleanField(default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["all"] == ("ids" in attrs):
            raise serializers.ValidationError("Name the ids, or say all: one of the two.")
        return attrs


class NotificationViewSet(ListModelMixin, GenericViewSet[Notification]):
    """What one is told of, newest first."""

    permission_classes = (IsAuthenticated,)
    serializer_class = NotificationSerializer
    queryset = Notification.objects.none()

    def get_queryset(self) -> Any:
        return Notification.objects.of(signed_in(self.request)).select_related("actor")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List one's notifications, newest first."""
        page = self.paginate_queryset(self.get_queryset()) or []
        words = told(signed_in(request), page)
        serializer = NotificationSerializer(page, many=True, context={"told": words})
        return self.get_paginated_response(serializer.data)

    @extend_schema(responses=UnreadSerializer)
    def unread(self, request: Request) -> Response:
        """Count one's unread notifications, up to a thousand."""
        return Response(unread_count(request, signed_in(request)))

    @extend_schema(request=ReadSerializer, responses=UnreadSerializer)
    def read(self, request: Request) -> Response:
        """Mark notifications as read, some or all; says how many are still unread."""
        serializer = ReadSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        services.mark_read(recipient=signed_in(request), ids=serializer.validated_data.get("ids"))
        return self.unread(request)


class ChannelsSerializer(serializers.Serializer[Any]):
    in_app = serializers.BooleanField(required=False)
    by_email = serializers.BooleanField(required=False)


class PreferencesSerializer(serializers.Serializer[Any]):
    """For each kind, where one is told."""

    def get_fields(self) -> dict[str, Any]:
        return {kind: ChannelsSerializer(required=False) for kind in Kind.values}


class Preferences(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(responses=PreferencesSerializer)
    def get(self, request: Request) -> Response:
        """Get one's notification settings."""
        chosen = services.preferences_of(user=signed_in(request))
        return Response({kind: channels._asdict() for kind, channels in chosen.items()})

    @extend_schema(request=PreferencesSerializer, responses=PreferencesSerializer)
    def patch(self, request: Request) -> Response:
        """Edit one's notification settings: what is not sent stays."""
        serializer = PreferencesSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        for kind, channels in serializer.validated_data.items():
            services.choose(user=signed_in(request), kind=kind, **channels)
        return self.get(request)
