"""Recurring jobs: setting them up, changing them, pausing them."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT
from rest_framework.viewsets import GenericViewSet

from innotter.accounts.authentication import signed_in
from innotter.api.fields import ListField, ObjectField
from innotter.api.idempotency import idempotent
from innotter.jobs import services
from innotter.jobs.api.serializers import JobSerializer, as_json
from innotter.jobs.models import Job, RecurringJob
from innotter.jobs.models.job import LONGEST_KIND, LONGEST_NAME
from innotter.jobs.models.recurring import LONGEST_ZONE
from innotter.jobs.queries import for_reading
from innotter.jobs.schedules import LONGEST_EXPRESSION, SHOWN

EXPRESSION = "Minute, hour, day of the month, month, day of the week; or `@hourly`, `@daily` and so on."
ZONE = "Whose wall clock the expression means, such as `Europe/Berlin`; one's own, if it is left out."


class RecurringJobSerializer(serializers.ModelSerializer[RecurringJob]):
    """A recurring job, and how its last run stands.

    `next_at` is nothing while it is paused, and when no time is left. `paused_reason` is `unreadable` where this
    version could not read it and has paused it; else empty. `skipped` counts the times that were left out because the
    run before had not ended.
    """

    is_paused = serializers.BooleanField(read_only=True)
    paused_reason = serializers.CharField(read_only=True, help_text="`unreadable`, or empty.")
    last_job = serializers.IntegerField(read_only=True, allow_null=True, default=None)
    last_status = serializers.ChoiceField(Job.Status.choices, read_only=True, allow_null=True, default=None)

    class Meta:
        model = RecurringJob
        fields = (
            "id",
            "name",
            "handler",
            "parameters",
            "expression",
            "time_zone",
            "until",
            "missed",
            "notify",
            "is_paused",
            "paused_reason",
            "next_at",
            "skipped",
            "skipped_at",
            "last_job",
            "last_status",
            "created_at",
        )
        read_only_fields = fields


class RecurringChangesSerializer(serializers.Serializer[Any]):
    """What of a recurring job can be changed; what is left out stays as it is."""

    name = serializers.CharField(max_length=LONGEST_NAME, required=False)
    parameters = ObjectField(required=False)
    expression = serializers.CharField(max_length=LONGEST_EXPRESSION, required=False, help_text=EXPRESSION)
    time_zone = serializers.CharField(max_length=LONGEST_ZONE, required=False, help_text=ZONE)
    until = serializers.DateField(required=False, allow_null=True, help_text="The last day on which it is done.")
    missed = serializers.ChoiceField(
        RecurringJob.Missed.choices,
        required=False,
        help_text="What becomes of times that pass while the platform is down.",
    )
    notify = serializers.ChoiceField(
        Job.Notify.choices,
        required=False,
        help_text="Of which endings its owner is told; of failures, if it is left out.",
    )


class NewRecurringJobSerializer(RecurringChangesSerializer):
    """What is to be done again and again, by a `handler` with its `parameters`."""

    name = serializers.CharField(max_length=LONGEST_NAME)
    handler = serializers.CharField(max_length=LONGEST_KIND)
    expression = serializers.CharField(max_length=LONGEST_EXPRESSION, help_text=EXPRESSION)


class TimesSerializer(serializers.Serializer[Any]):
    """Times that are yet to be saved."""

    expression = serializers.CharField(max_length=LONGEST_EXPRESSION, help_text=EXPRESSION)
    time_zone = serializers.CharField(max_length=LONGEST_ZONE, required=False, help_text=ZONE)
    until = serializers.DateField(required=False, allow_null=True)


class NextTimesSerializer(serializers.Serializer[Any]):
    """When it would be done next: fewer than five, if a last day comes before."""

    next_times = ListField(child=serializers.DateTimeField(), max_length=SHOWN)


class RecurringJobViewSet(ListModelMixin, GenericViewSet[RecurringJob]):
    """List one's own recurring jobs."""

    permission_classes = (IsAuthenticated,)
    serializer_class = RecurringJobSerializer
    queryset = RecurringJob.objects.none()

    #: What is to be done: set by `prepare`.
    wanted: dict[str, Any]

    def get_queryset(self) -> Any:
        return RecurringJob.objects.of(signed_in(self.request)).with_last_run()

    def _answer(self, recurring: RecurringJob) -> Response:
        return Response(self.get_serializer(self.get_queryset().get(pk=recurring.pk)).data)

    def _read(self, serializer: serializers.Serializer[Any]) -> dict[str, Any]:
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def prepare(self, request: Request) -> None:
        """Read what is to be done."""
        self.wanted = self._read(NewRecurringJobSerializer(data=request.data))

    @extend_schema(
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
        request=NewRecurringJobSerializer,
        responses={201: RecurringJobSerializer},
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Create a recurring job."""
        recurring = services.create_recurring_job(owner=signed_in(request), **self.wanted)
        return Response(self.get_serializer(recurring).data, status=HTTP_201_CREATED)

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """Get a recurring job."""
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=RecurringChangesSerializer, responses=RecurringJobSerializer)
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Edit a recurring job. Where its times change, the next is the first of the new ones that is to come."""
        recurring = self.get_object()
        changes = self._read(RecurringChangesSerializer(data=request.data))
        return self._answer(services.edit_recurring_job(owner=signed_in(request), recurring=recurring, **changes))

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Delete a recurring job. Its runs stay."""
        services.delete_recurring_job(owner=signed_in(request), recurring=self.get_object())
        return Response(status=HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=RecurringJobSerializer)
    def pause(self, request: Request, **kwargs: Any) -> Response:
        """Pause a recurring job."""
        recurring = self.get_object()
        services.pause_recurring_job(owner=signed_in(request), recurring=recurring)
        return self._answer(recurring)

    @extend_schema(request=None, responses=RecurringJobSerializer)
    def resume(self, request: Request, **kwargs: Any) -> Response:
        """Resume a recurring job, with the next time that is to come."""
        recurring = self.get_object()
        services.resume_recurring_job(owner=signed_in(request), recurring=recurring)
        return self._answer(recurring)

    @extend_schema(request=None, responses={201: JobSerializer})
    def run(self, request: Request, **kwargs: Any) -> Response:
        """Run a recurring job once now; its times stay as they are. Gives the job that does it."""
        run = services.run_recurring_job(owner=signed_in(request), recurring=self.get_object())
        return Response(as_json(for_reading(Job.objects.filter(pk=run.pk)).get()), status=HTTP_201_CREATED)

    @extend_schema(request=TimesSerializer, responses=NextTimesSerializer)
    def preview(self, request: Request) -> Response:
        """Preview the next five times of a cron expression."""
        times = {"time_zone": signed_in(request).time_zone} | self._read(TimesSerializer(data=request.data))
        return Response(NextTimesSerializer({"next_times": services.next_times(**times)}).data)
