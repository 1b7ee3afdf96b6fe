"""Jobs: submitting, watching, changing one's mind."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_200_OK, HTTP_201_CREATED, HTTP_202_ACCEPTED, HTTP_204_NO_CONTENT
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from innotter.accounts.authentication import signed_in
from innotter.api.filters import ListFilters
from innotter.api.idempotency import idempotent
from innotter.api.pagination import InOrder, OldestFirst, is_moment, is_number, is_words
from innotter.errors import Invalid
from innotter.jobs import services
from innotter.jobs.api import serializers, wishes
from innotter.jobs.models import Job, JobResult, LogLine
from innotter.jobs.queries import JobFilters, dashboard_of, for_reading, worked_on_by
from innotter.jobs.registry import handlers
from innotter.jobs.services.submitting import Wish


class JobOrder(InOrder):
    orders = {
        "created_at": ("id", is_number),
        "scheduled_time": ("scheduled_time", is_moment),
        "name": ("name", is_words),
        "status": ("status", is_words),
    }


_ORDERING = OpenApiParameter(
    "ordering", description="`created_at`, `scheduled_time`, `name` or `status`; a minus turns it round."
)


class JobViewSet(ListModelMixin, GenericViewSet[Job]):
    """One's own jobs; those of others are not there, unless one may bid for them or has them."""

    permission_classes = (IsAuthenticated,)
    pagination_class = JobOrder
    filter_backends = (ListFilters,)
    filterset_class = JobFilters
    serializer_class = serializers.JobSerializer
    queryset = Job.objects.none()

    def get_queryset(self) -> Any:
        person = signed_in(self.request)
        if self.action == "retrieve":
            return for_reading(Job.objects.readable_by(person))
        return for_reading(Job.objects.of(person))

    #: What is to be done: set by `prepare`.
    wanted: dict[str, Any]

    def get_parsers(self) -> list[BaseParser]:
        return [*super().get_parsers(), MultiPartParser()]

    def _answer(self, job: Job, status: int = HTTP_200_OK) -> Response:
        """The job as it is now; one that was just submitted is at hand."""
        shown = job if status == HTTP_201_CREATED else for_reading(Job.objects.filter(pk=job.pk)).get()
        return Response(serializers.as_json(shown), status=status)

    @extend_schema(parameters=[_ORDERING])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List one's own jobs, the newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
        request={"application/json": wishes.NewJobSerializer, "multipart/form-data": wishes.NewJobSerializer},
        responses={201: serializers.JobSerializer},
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Submit a job: for a handler, at a time or now; or for people, who bid for it."""
        body = self.wanted
        if body.pop("open_to_bids"):
            return self._answer(self._open(request, body), HTTP_201_CREATED)
        if not body["handler"]:
            raise Invalid(handler=_("Name the kind of job, or open it to bids."))
        wanted = (*Wish.__annotations__, "file")
        job = services.submit_job(owner=signed_in(request), **{name: body[name] for name in wanted if name in body})
        return self._answer(job, HTTP_201_CREATED)

    def prepare(self, request: Request) -> None:
        """Read what is to be done, and store its file."""
        if self.action == "bulk":
            self.wanted = wishes.read_bulk(request.data)
            return
        serializer = wishes.NewJobSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        self.wanted = dict(serializer.validated_data)
        if file := self.wanted.get("file"):
            self.wanted["file"] = services.store_input(owner=signed_in(request), file=file)

    @extend_schema(
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
        request=wishes.ManyJobsSerializer,
        responses={201: wishes.SubmittedJobsSerializer},
    )
    @idempotent
    def bulk(self, request: Request) -> Response:
        """Submit up to 1,000 jobs for handlers: all of them, or none. Gives their ids, in the same order."""
        jobs = services.submit_jobs(owner=signed_in(request), wishes=self.wanted["jobs"])
        return Response({"ids": [job.pk for job in jobs]}, status=HTTP_201_CREATED)

    def _open(self, request: Request, body: dict[str, Any]) -> Job:
        if body["handler"]:
            raise Invalid(handler=_("A job is for a handler or open to bids, not both."))
        deadline = body.get("deadline") or body.get("scheduled_time")
        if deadline is None:
            raise Invalid(deadline=_("Enter a deadline."))
        facts = {name: body[name] for name in ("name", "description", "currency")}
        return services.open_job(owner=signed_in(request), deadline=deadline, budget=body.get("budget"), **facts)

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """Get a job."""
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(responses={204: None, 202: serializers.JobSerializer})
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Cancel a job that has not been processed: 204. One that is running stops at its next checkpoint: 202."""
        job = self.get_object()
        if services.cancel_job(owner=signed_in(request), job=job):
            return Response(status=HTTP_204_NO_CONTENT)
        return self._answer(job, HTTP_202_ACCEPTED)

    @extend_schema(request=None, responses=serializers.JobSerializer)
    def retry(self, request: Request, **kwargs: Any) -> Response:
        """Retry a failed job."""
        job = self.get_object()
        services.retry_job(owner=signed_in(request), job=job)
        return self._answer(job)

    @extend_schema(request=None, responses=serializers.JobSerializer)
    def discard(self, request: Request, **kwargs: Any) -> Response:
        """Discard a failed job: it counts as cancelled."""
        job = self.get_object()
        services.discard_job(owner=signed_in(request), job=job)
        return self._answer(job)

    @extend_schema(request=None, responses=serializers.JobSerializer)
    def run(self, request: Request, **kwargs: Any) -> Response:
        """Run a waiting job now."""
        job = self.get_object()
        services.run_now(owner=signed_in(request), job=job)
        return self._answer(job)

    @extend_schema(request=serializers.DuplicateSerializer, responses={201: serializers.JobSerializer})
    def duplicate(self, request: Request, **kwargs: Any) -> Response:
        """Submit a copy of a job."""
        job = self.get_object()
        serializer = serializers.DuplicateSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        twin = services.duplicate_job(owner=signed_in(request), job=job, **serializer.validated_data)
        return self._answer(twin, HTTP_201_CREATED)


class ResultView(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(responses=serializers.JobResultSerializer)
    def get(self, request: Request, pk: str) -> Response:
        """Get the result of a completed job; until it is completed, there is none."""
        job = get_object_or_404(worked_on_by(signed_in(request)), pk=pk)
        results = JobResult.objects.filter(job=job, job__status=Job.Status.COMPLETED)
        result = get_object_or_404(results.prefetch_related("files"), outcome=JobResult.Outcome.COMPLETED)
        return Response(serializers.JobResultSerializer(result).data)


class AttemptViewSet(ListModelMixin, GenericViewSet[JobResult]):
    """List the attempts at a job, the last first."""

    permission_classes = (IsAuthenticated,)
    serializer_class = serializers.JobResultSerializer
    queryset = JobResult.objects.none()

    def get_queryset(self) -> Any:
        job = get_object_or_404(worked_on_by(signed_in(self.request)), pk=self.kwargs["pk"])
        return JobResult.objects.filter(job=job).prefetch_related("files")


class LogViewSet(ListModelMixin, GenericViewSet[LogLine]):
    """Get the log of a job, line by line."""

    permission_classes = (IsAuthenticated,)
    pagination_class = OldestFirst
    serializer_class = serializers.LogLineSerializer
    queryset = LogLine.objects.none()

    def get_queryset(self) -> Any:
        job = get_object_or_404(Job.objects.of(signed_in(self.request)), pk=self.kwargs["pk"])
        return LogLine.objects.filter(job=job)


class Handlers(APIView):
    @extend_schema(responses=serializers.HandlerSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the kinds of jobs that the platform does, each with the schema of its parameters."""
        return Response(serializers.HandlerSerializer(handlers(), many=True).data)


class Dashboard(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(responses=serializers.DashboardSerializer)
    def get(self, request: Request) -> Response:
        """Get an overview of one's jobs."""
        return Response(serializers.DashboardSerializer(dashboard_of(signed_in(request))).data)
