"""Reports, the queue and the log."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from innotter.accounts.api.serializers import ReasonSerializer
from innotter.accounts.authentication import signed_in
from innotter.accounts.models import User
from innotter.accounts.models.user import LONGEST_USERNAME
from innotter.audit.models import LONGEST_REASON, Action
from innotter.blog.models import Comment, Post
from innotter.moderation import services
from innotter.moderation.models import Report
from innotter.moderation.permissions import can_moderate
from innotter.moderation.queries import Subject
from innotter.pages.models import LONGEST_HANDLE, Page


class Moderates(BasePermission):
    """Moderators and admins."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return can_moderate(request.user)


class NewReportSerializer(serializers.Serializer[Any]):
    """What is reported: a `post` or a `comment` by id, a `page` by uuid, or a `user` by username."""

    post = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    comment = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    page = serializers.CharField(required=False, max_length=LONGEST_HANDLE)
    user = serializers.CharField(required=False, max_length=LONGEST_USERNAME)
    reason = serializers.CharField(max_length=LONGEST_REASON)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs.keys() & {"post", "comment", "page", "user"}) != 1:
            raise serializers.ValidationError(_("Name what it is about: a post, a comment, a page or a user."))
        return attrs

    def subject(self, reporter: User) -> Subject:
        """What the reporter speaks of, if they can see it."""
        about = self.validated_data
        if "post" in about:
            return get_object_or_404(Post.objects.readable_by(reporter), pk=about["post"])
        if "comment" in about:
            return get_object_or_404(Comment.objects.readable_by(reporter), pk=about["comment"])
        if "page" in about:
            return get_object_or_404(Page.objects.findable_by(reporter), handle=about["page"].lower())
        person: User = get_object_or_404(User.objects.findable_by(reporter), username__iexact=about["user"])
        return person


class ReportSerializer(serializers.ModelSerializer[Report]):
    reporter = serializers.CharField(source="reporter.username")

    class Meta:
        model = Report
        fields = ("id", "reporter", "subject", "subject_id", "reason", "created_at", "resolved_at")
        read_only_fields = fields


class ReportDecisionSerializer(ReasonSerializer):
    """What is done about a report. `until` is for a blocked page; null means for ever."""

    decision = serializers.ChoiceField(choices=[(name, name) for name in services.DECISIONS])
    until = serializers.DateTimeField(required=False, allow_null=True, default=None)


class ReportViewSet(ListModelMixin, GenericViewSet[Report]):
    """List the reports that nobody has decided on (moderators)."""

    serializer_class = ReportSerializer
    queryset = Report.objects.none()

    def get_permissions(self) -> list[Any]:
        return [IsAuthenticated(), *([] if self.action == "create" else [Moderates()])]

    def get_queryset(self) -> Any:
        return Report.objects.open().select_related("reporter")

    @extend_schema(request=NewReportSerializer, responses={201: ReportSerializer})
    def create(self, request: Request) -> Response:
        """Report a post, a comment, a page or a person to the moderators."""
        reporter = signed_in(request)
        serializer = NewReportSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        subject = serializer.subject(reporter)
        report = services.report(reporter=reporter, subject=subject, reason=serializer.validated_data["reason"])
        return Response(ReportSerializer(report).data, status=HTTP_201_CREATED)

    @extend_schema(request=ReportDecisionSerializer, responses={204: None})
    def decide(self, request: Request, **kwargs: Any) -> Response:
        """Decide on a report: dismiss it, remove the post, block the page, or block the person (admins)."""
        report = self.get_object()
        serializer = ReportDecisionSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        services.decide(moderator=signed_in(request), report=report, **serializer.validated_data)
        return Response(status=HTTP_204_NO_CONTENT)


class ActionSerializer(serializers.ModelSerializer[Action]):
    moderator = serializers.CharField(source="actor.username")

    class Meta:
        model = Action
        fields = ("id", "moderator", "verb", "subject_id", "about", "reason", "until", "created_at")
        read_only_fields = fields


class LogViewSet(ListModelMixin, GenericViewSet[Action]):
    """Get the audit log: who did what, when and why, newest first (moderators)."""

    permission_classes = (IsAuthenticated, Moderates)
    serializer_class = ActionSerializer
    queryset = Action.objects.select_related("actor")
