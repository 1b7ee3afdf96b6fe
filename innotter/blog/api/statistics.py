"""The numbers of a page, for its owner."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from innotter.accounts.authentication import signed_in
from innotter.blog.gateways import statistics_of
from innotter.errors import Invalid
from innotter.pages.models import Page

LONGEST_SPAN, USUAL_SPAN = 800, 30


class SpanSerializer(serializers.Serializer[Any]):
    """The days that are asked for."""

    to = serializers.DateField(required=False)

    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.DateField(required=False)} | super().get_fields()


class CountsSerializer(serializers.Serializer[Any]):
    posts = serializers.IntegerField()
    articles = serializers.IntegerField()
    followers = serializers.IntegerField()
    follow_requests = serializers.IntegerField()
    likes = serializers.IntegerField()
    replies = serializers.IntegerField()
    comments = serializers.IntegerField()
    views = serializers.IntegerField()


class PageDaySerializer(CountsSerializer):
    date = serializers.DateField()


class StatisticsSerializer(serializers.Serializer[Any]):
    totals = CountsSerializer()
    days = PageDaySerializer(many=True)


class PageStatistics(APIView):
    """What there is of a page, and by how much each day (UTC) has changed it."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        parameters=[
            OpenApiParameter("from", date, description="The first day; else 30 days ago."),
            OpenApiParameter("to", date, description="The last day; else today."),
        ],
        responses=StatisticsSerializer,
    )
    def get(self, request: Request, uuid: str) -> Response:
        """Get the statistics of a page (its owner and admins)."""
        reader = signed_in(request)
        page = get_object_or_404(Page.objects.measurable_by(reader), handle=uuid.lower())
        since, until = _span(request)
        found = statistics_of(page=page, reader=reader, since=since, until=until)
        days = [{"date": day.date, **day.counts} for day in found.days]
        return Response(StatisticsSerializer({"totals": found.totals, "days": days}).data)


def _span(request: Request) -> tuple[date, date]:
    serializer = SpanSerializer(data=request.query_params)
    serializer.is_valid(raise_exception=True)
    until = serializer.validated_data.get("to") or datetime.now(UTC).date()
    try:
        since = serializer.validated_data.get("from") or until - timedelta(days=USUAL_SPAN - 1)
        is_span = since <= until <= since + timedelta(days=LONGEST_SPAN)
    except OverflowError:
        is_span = False
    if not is_span:
        raise Invalid(to=_("Choose a day after the first, and at most %(most)d later.") % {"most": LONGEST_SPAN})
    return since, until
