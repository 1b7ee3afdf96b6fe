"""Acting on all jobs that match a filter."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from innotter.accounts.authentication import signed_in
from innotter.jobs import services
from innotter.jobs.api.serializers import JobSerializer
from innotter.jobs.api.wishes import CountSerializer
from innotter.jobs.models import Job
from innotter.jobs.queries import JobFilters, matching

_FILTERS = [
    OpenApiParameter(name, str, description=str(known.extra.get("help_text", "")))
    for name, known in JobFilters.base_filters.items()
]


class MatchingViewSet(GenericViewSet[Job]):
    """Acts on all of one's own jobs that match a filter, as the list takes it; at most 10,000 at once.

    A filter that is not known is refused: without it, all would match.
    """

    permission_classes = (IsAuthenticated,)
    serializer_class = JobSerializer
    queryset = Job.objects.none()

    def get_queryset(self) -> Any:
        return Job.objects.of(signed_in(self.request))

    def _act(self, act: Callable[..., int]) -> Response:
        jobs = matching(self.get_queryset(), self.request.query_params.dict())
        count = act(owner=signed_in(self.request), jobs=jobs)
        return Response({"count": count})

    @extend_schema(operation_id="jobs_matching_cancel", parameters=_FILTERS, request=None, responses=CountSerializer)
    def cancel(self, request: Request) -> Response:
        """Cancel the jobs that match: those that wait, and those that run at their next checkpoint."""
        return self._act(services.cancel_matching)

    @extend_schema(operation_id="jobs_matching_retry", parameters=_FILTERS, request=None, responses=CountSerializer)
    def retry(self, request: Request) -> Response:
        """Retry the failed jobs that match."""
        return self._act(services.retry_matching)

    @extend_schema(operation_id="jobs_matching_discard", parameters=_FILTERS, request=None, responses=CountSerializer)
    def discard(self, request: Request) -> Response:
        """Discard the failed jobs that match: they count as cancelled."""
        return self._act(services.discard_matching)

    @extend_schema(operation_id="jobs_matching_run", parameters=_FILTERS, request=None, responses=CountSerializer)
    def run(self, request: Request) -> Response:
        """Run the waiting jobs that match now."""
        return self._act(services.run_matching)
