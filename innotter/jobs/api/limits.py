"""Limits, one's own and everybody's; and the queues that admins pause."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from innotter.accounts.authentication import signed_in
from innotter.api.idempotency import idempotent
from innotter.audit.models import LONGEST_REASON
from innotter.jobs import services
from innotter.jobs.models import JobLimit
from innotter.jobs.models.job import LONGEST_KIND
from innotter.jobs.models.limit import MOST_AT_ONCE, MOST_PER_MINUTE
from innotter.jobs.permissions import can_manage_queues
from innotter.jobs.queries import queues
from innotter.jobs.registry import LONGEST_TARGET

#: What the address of all queues together has in the place of a kind.
ALL = "all"


class JobLimitSerializer(serializers.ModelSerializer[JobLimit]):
    """At most so many jobs at a time, or begun in any minute; one's own, or everybody's."""

    for_everybody = serializers.BooleanField(source="is_for_everybody", read_only=True)

    class Meta:
        model = JobLimit
        fields = ("id", "for_everybody", "handler", "key", "each", "at_once", "per_minute", "created_at")
        read_only_fields = fields


class LimitChangesSerializer(serializers.Serializer[Any]):
    """How much a limit allows; what is left out stays as it is, and `null` takes it away."""

    at_once = serializers.IntegerField(
        min_value=1, max_value=MOST_AT_ONCE, required=False, allow_null=True, help_text="At most so many at a time."
    )
    per_minute = serializers.IntegerField(
        min_value=1,
        max_value=MOST_PER_MINUTE,
        required=False,
        allow_null=True,
        help_text="At most so many begin in any minute.",
    )


class NewLimitSerializer(LimitChangesSerializer):
    """What a limit counts, and how much it allows."""

    handler = serializers.CharField(
        max_length=LONGEST_KIND, allow_blank=True, default="", help_text="Only jobs of this kind; all, if it is empty."
    )
    key = serializers.CharField(
        max_length=LONGEST_TARGET,
        allow_blank=True,
        default="",
        help_text="Only jobs with this `limit_key`, or without one and with this `target`.",
    )
    each = serializers.ChoiceField(
        JobLimit.Each.choices,
        default=JobLimit.Each.TOGETHER,
        help_text="`key`: as much for each key, or host. `person`: as much for each person, where it is for everybody.",
    )
    for_everybody = serializers.BooleanField(default=False, help_text="Everybody's jobs; for admins.")


class JobLimitViewSet(ListModelMixin, GenericViewSet[JobLimit]):
    """List one's own limits, and those that hold for everybody."""

    permission_classes = (IsAuthenticated,)
    serializer_class = JobLimitSerializer
    queryset = JobLimit.objects.none()

    #: What is to be limited: set by `prepare`.
    wanted: dict[str, Any]

    def get_queryset(self) -> Any:
        return JobLimit.objects.readable_by(signed_in(self.request))

    def prepare(self, request: Request) -> None:
        """Read what is to be limited."""
        self.wanted = _read(NewLimitSerializer(data=request.data))

    @extend_schema(
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
        request=NewLimitSerializer,
        responses={201: JobLimitSerializer},
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Create a limit on one's own jobs, or for admins on everybody's."""
        limit = services.create_limit(person=signed_in(request), **self.wanted)
        return Response(self.get_serializer(limit).data, status=HTTP_201_CREATED)

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """Get a limit."""
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=LimitChangesSerializer, responses=JobLimitSerializer)
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Edit a limit."""
        limit, changes = self.get_object(), _read(LimitChangesSerializer(data=request.data))
        return Response(
            self.get_serializer(services.edit_limit(person=signed_in(request), limit=limit, **changes)).data
        )

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Delete a limit."""
        services.delete_limit(person=signed_in(request), limit=self.get_object())
        return Response(status=HTTP_204_NO_CONTENT)


class ManagesQueues(BasePermission):
    """Admins."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return can_manage_queues(request.user)


class QueueSerializer(serializers.Serializer[Any]):
    """The jobs of a kind, everybody's, that have not ended."""

    handler = serializers.CharField()
    title = serializers.CharField()
    waiting = serializers.IntegerField()
    in_progress = serializers.IntegerField()
    is_paused = serializers.BooleanField()
    paused_at = serializers.DateTimeField(source="pause.paused_at", allow_null=True, default=None)
    reason = serializers.CharField(source="pause.reason", default="")


class QueuesSerializer(serializers.Serializer[Any]):
    """The queues of all kinds. Without `is_counted`, there are more jobs than are counted."""

    all_paused = serializers.BooleanField()
    is_counted = serializers.BooleanField()
    queues = QueueSerializer(many=True, source="kinds")


class PauseSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(
        max_length=LONGEST_REASON, allow_blank=True, default="", help_text="People whose jobs wait read it."
    )


class QueueList(APIView):
    permission_classes = (IsAuthenticated, ManagesQueues)

    @extend_schema(responses=QueuesSerializer)
    def get(self, request: Request) -> Response:
        """List the queues, by kind (admins)."""
        return _queues()


class PauseQueue(APIView):
    permission_classes = (IsAuthenticated, ManagesQueues)

    @extend_schema(request=PauseSerializer, responses=QueuesSerializer)
    def post(self, request: Request, handler: str) -> Response:
        """Pause the queue of a kind, or `all` (admins). What has begun goes on."""
        wish = _read(PauseSerializer(data=request.data))
        services.pause_queue(admin=signed_in(request), handler=_kind(handler), **wish)
        return _queues()


class ResumeQueue(APIView):
    permission_classes = (IsAuthenticated, ManagesQueues)

    @extend_schema(request=None, responses=QueuesSerializer)
    def post(self, request: Request, handler: str) -> Response:
        """Resume the queue of a kind, or `all` (admins)."""
        services.resume_queue(admin=signed_in(request), handler=_kind(handler))
        return _queues()


def _queues() -> Response:
    return Response(QueuesSerializer(queues()).data)


def _kind(handler: str) -> str:
    return "" if handler == ALL else handler


def _read(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
