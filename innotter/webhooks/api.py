"""Webhooks: setting them up, their log, and sending once more."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_202_ACCEPTED, HTTP_204_NO_CONTENT
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from innotter.accounts.authentication import signed_in
from innotter.api.fields import ListField
from innotter.errors import Invalid
from innotter.text.numbers import LARGEST, whole_number
from innotter.webhooks import services
from innotter.webhooks.models import (
    LONGEST_DESCRIPTION,
    LONGEST_TYPE,
    LONGEST_URL,
    MOST_TYPES,
    Webhook,
    WebhookDelivery,
)
from innotter.webhooks.queries import known_types
from innotter.webhooks.signing import message_name


class WebhookSerializer(serializers.ModelSerializer[Webhook]):
    """An address that hears of events. Those of a `team` are there for whoever manages it."""

    url = serializers.CharField(max_length=LONGEST_URL)
    description = serializers.CharField(max_length=LONGEST_DESCRIPTION, allow_blank=True, required=False)
    types = ListField(
        child=serializers.CharField(max_length=LONGEST_TYPE),
        max_length=MOST_TYPES,
        required=False,
        help_text="The types of events that it hears of (`/api/webhooks/types/`).",
    )
    all_types = serializers.BooleanField(required=False, help_text="Whether it hears of all, also of types to come.")
    is_on = serializers.BooleanField(required=False)
    owner = serializers.CharField(
        source="owner.username", read_only=True, help_text="Of a team's: who has set it up, or saved it last."
    )
    team = serializers.IntegerField(source="team_id", read_only=True, allow_null=True)
    off_reason = serializers.CharField(
        read_only=True, help_text="`gone` or `failing`, where it was switched off for that; else empty."
    )

    class Meta:
        model = Webhook
        fields = (
            "id",
            "team",
            "owner",
            "url",
            "description",
            "types",
            "all_types",
            "is_on",
            "off_reason",
            "failures",
            "paused_until",
            "created_at",
        )
        read_only_fields = ("failures", "paused_until", "created_at")


class NewWebhookSerializer(WebhookSerializer):
    """A webhook of one's own, or of a `team` that one manages."""

    team = serializers.IntegerField(
        source="team_id", min_value=1, max_value=LARGEST, required=False, allow_null=True, default=None
    )


class SecretSerializer(serializers.Serializer[Any]):
    secret = serializers.CharField(help_text="Shown once. It signs what is sent: Standard Webhooks 1.0.")


class CreatedWebhookSerializer(SecretSerializer):
    """As it was set up, with its secret."""

    webhook = WebhookSerializer()


class TypeSerializer(serializers.Serializer[Any]):
    type = serializers.CharField()
    description = serializers.CharField()


class WebhookDeliverySerializer(serializers.ModelSerializer[WebhookDelivery]):
    """What was sent, or will be; `answer` is the beginning of what came back the last time."""

    message_id = serializers.SerializerMethodField(help_text="The header `webhook-id`, the same for each attempt.")
    status = serializers.ChoiceField(WebhookDelivery.Status.choices, read_only=True)
    next_attempt_at = serializers.SerializerMethodField(help_text="Null unless it waits.")

    class Meta:
        model = WebhookDelivery
        fields = (
            "id",
            "message_id",
            "event_id",
            "type",
            "status",
            "attempts",
            "next_attempt_at",
            "status_code",
            "error",
            "milliseconds",
            "body",
            "answer",
            "created_at",
            "delivered_at",
            "failed_at",
        )

    def get_message_id(self, delivery: WebhookDelivery) -> str:
        return message_name(delivery.message_id)

    def get_next_attempt_at(self, delivery: WebhookDelivery) -> str | None:
        is_waiting = delivery.status == WebhookDelivery.Status.WAITING
        return delivery.next_attempt_at.isoformat() if is_waiting else None


class WebhookViewSet(ListModelMixin, GenericViewSet[Webhook]):
    """One's own webhooks, and those of the teams one manages; others are not there."""

    permission_classes = (IsAuthenticated,)
    serializer_class = WebhookSerializer
    queryset = Webhook.objects.none()

    def get_queryset(self) -> Any:
        webhooks = Webhook.objects.readable_by(signed_in(self.request)).select_related("owner")
        asked = self.request.query_params.get("team", "")
        if not asked or self.action != "list":
            return webhooks
        if (team := whole_number(asked)) is None:
            raise Invalid(team=_("Write the number that it has in addresses."))
        return webhooks.filter(team=team)

    @extend_schema(parameters=[OpenApiParameter("team", int, description="Those of this team alone.")])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List one's own webhooks and those of one's teams, the newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(request=NewWebhookSerializer, responses={201: CreatedWebhookSerializer})
    def create(self, request: Request) -> Response:
        """Create a webhook. Its secret is in this answer, and in no other."""
        serializer = NewWebhookSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        webhook, secret = services.create_webhook(person=signed_in(request), **serializer.validated_data)
        return Response({"webhook": self.get_serializer(webhook).data, "secret": secret}, status=HTTP_201_CREATED)

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """Get a webhook."""
        return Response(self.get_serializer(self.get_object()).data)

    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Edit a webhook. Switched on, it begins anew."""
        serializer = self.get_serializer(webhook := self.get_object(), data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        changed = services.edit_webhook(person=signed_in(request), webhook=webhook, **serializer.validated_data)
        return Response(self.get_serializer(changed).data)

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Delete a webhook with its log."""
        services.delete_webhook(person=signed_in(request), webhook=self.get_object())
        return Response(status=HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=SecretSerializer)
    def rotate(self, request: Request, **kwargs: Any) -> Response:
        """Rotate the secret of a webhook. For a day, both sign."""
        secret = services.rotate_secret(person=signed_in(request), webhook=self.get_object())
        return Response({"secret": secret})

    @extend_schema(request=None, responses={202: WebhookDeliverySerializer})
    def test(self, request: Request, **kwargs: Any) -> Response:
        """Send a test event to a webhook."""
        delivery = services.send_test(person=signed_in(request), webhook=self.get_object())
        return Response(WebhookDeliverySerializer(delivery).data, status=HTTP_202_ACCEPTED)


class WebhookDeliveryViewSet(ListModelMixin, GenericViewSet[WebhookDelivery]):
    """List the deliveries of a webhook in the last thirty days."""

    permission_classes = (IsAuthenticated,)
    serializer_class = WebhookDeliverySerializer
    queryset = WebhookDelivery.objects.none()
    lookup_url_kwarg = "delivery"

    def get_queryset(self) -> Any:
        readable = Webhook.objects.readable_by(signed_in(self.request))
        webhook = get_object_or_404(readable, pk=self.kwargs["pk"])
        return WebhookDelivery.objects.filter(webhook=webhook).select_related("webhook")

    @extend_schema(request=None, responses={202: WebhookDeliverySerializer})
    def resend(self, request: Request, **kwargs: Any) -> Response:
        """Send a delivery again, under the same id."""
        delivery = services.send_again(person=signed_in(request), delivery=self.get_object())
        return Response(WebhookDeliverySerializer(delivery).data, status=HTTP_202_ACCEPTED)


class WebhookTypes(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(responses=TypeSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the types of events that a webhook can receive."""
        return Response([{"type": type_, "description": about} for type_, about in known_types().items()])
