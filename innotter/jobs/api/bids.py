"""Jobs for people: the market, bids, and what is delivered."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from innotter.accounts.authentication import signed_in
from innotter.api.pagination import OldestFirst
from innotter.jobs import services
from innotter.jobs.api import serializers
from innotter.jobs.models import Bid, Job, JobComment
from innotter.jobs.queries import comments_on, for_reading


class MarketViewSet(ListModelMixin, GenericViewSet[Job]):
    """List the jobs that are open to bids, the newest first."""

    permission_classes = (IsAuthenticated,)
    serializer_class = serializers.JobSerializer
    queryset = Job.objects.none()

    def get_queryset(self) -> Any:
        return for_reading(Job.objects.on_market())


class AssignedViewSet(MarketViewSet):
    """List the jobs assigned to oneself, the newest first."""

    def get_queryset(self) -> Any:
        return for_reading(Job.objects.assigned_to(signed_in(self.request)))


class BidViewSet(ListModelMixin, GenericViewSet[Bid]):
    """List the bids for a job: its owner sees all of them, a bidder their own."""

    permission_classes = (IsAuthenticated,)
    serializer_class = serializers.BidSerializer
    queryset = Bid.objects.none()
    lookup_url_kwarg = "bid"

    def _job(self) -> Job:
        return get_object_or_404(Job.objects.readable_by(signed_in(self.request)), pk=self.kwargs["pk"])

    def get_queryset(self) -> Any:
        bids = Bid.objects.readable_by(signed_in(self.request)).filter(job=self._job())
        return bids.select_related("bidder", "job")

    @extend_schema(request=serializers.BidSerializer, responses={201: serializers.BidSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Bid for an open job; who has bid already changes their bid."""
        job = self._job()
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        bid = services.place_bid(bidder=signed_in(request), job=job, **serializer.validated_data)
        return Response(self.get_serializer(bid).data, status=HTTP_201_CREATED)

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Withdraw one's bid while it is open."""
        services.withdraw_bid(bidder=signed_in(request), bid=self.get_object())
        return Response(status=HTTP_204_NO_CONTENT)

    @extend_schema(request=serializers.SelectSerializer, responses=serializers.BidSerializer)
    def select(self, request: Request, **kwargs: Any) -> Response:
        """Select a bid: the job is the bidder's, for good."""
        bid = self.get_object()
        serializer = serializers.SelectSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        services.select_bid(owner=signed_in(request), bid=bid, seen=serializer.validated_data.get("updated_at"))
        return Response(self.get_serializer(self.get_object()).data)


class JobCommentViewSet(ListModelMixin, GenericViewSet[JobComment]):
    """List the comments on a job that people do, the oldest first."""

    permission_classes = (IsAuthenticated,)
    pagination_class = OldestFirst
    serializer_class = serializers.JobCommentSerializer
    queryset = JobComment.objects.none()
    lookup_url_kwarg = "comment"

    def _job(self) -> Job:
        return get_object_or_404(Job.objects.readable_by(signed_in(self.request)), pk=self.kwargs["pk"])

    def get_queryset(self) -> Any:
        return comments_on(self._job(), signed_in(self.request))

    def create(self, request: Request, **kwargs: Any) -> Response:
        """Comment on a job."""
        job = self._job()
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        comment = services.comment_on_job(author=signed_in(request), job=job, **serializer.validated_data)
        return Response(self.get_serializer(comment).data, status=HTTP_201_CREATED)

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Delete a comment on a job: one's own, or as the job's owner any."""
        services.delete_job_comment(person=signed_in(request), comment=self.get_object())
        return Response(status=HTTP_204_NO_CONTENT)


class Deliver(APIView):
    permission_classes = (IsAuthenticated,)

    def get_parsers(self) -> list[BaseParser]:
        return [*super().get_parsers(), MultiPartParser()]

    @extend_schema(
        request={
            "application/json": serializers.DeliverySerializer,
            "multipart/form-data": serializers.DeliverySerializer,
        },
        responses={201: serializers.JobResultSerializer},
    )
    def post(self, request: Request, pk: str) -> Response:
        """Deliver the result of a job to its owner: words, files, or both."""
        assignee = signed_in(request)
        job = get_object_or_404(Job.objects.readable_by(assignee), pk=pk)
        serializer = serializers.DeliverySerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        body = serializer.validated_data
        result = services.deliver_job(assignee=assignee, job=job, text=body["text"], file=body.get("file", []))
        return Response(serializers.JobResultSerializer(result).data, status=HTTP_201_CREATED)


class Accept(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(request=None, responses=serializers.JobSerializer)
    def post(self, request: Request, pk: str) -> Response:
        """Accept a delivery: the job is completed."""
        owner = signed_in(request)
        jobs = for_reading(Job.objects.of(owner))
        services.accept_delivery(owner=owner, job=get_object_or_404(jobs, pk=pk))
        return Response(serializers.JobSerializer(jobs.get(pk=pk)).data)


class AskForChanges(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(request=serializers.WantedChangesSerializer, responses=serializers.JobSerializer)
    def post(self, request: Request, pk: str) -> Response:
        """Request changes to a delivery, and say which."""
        owner = signed_in(request)
        jobs = for_reading(Job.objects.of(owner))
        job = get_object_or_404(jobs, pk=pk)
        serializer = serializers.WantedChangesSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        services.return_delivery(owner=owner, job=job, **serializer.validated_data)
        return Response(serializers.JobSerializer(jobs.get(pk=pk)).data)
