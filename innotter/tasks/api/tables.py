"""Tasks in and out as tables."""

from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_200_OK, HTTP_201_CREATED
from rest_framework.views import APIView

from innotter.accounts.authentication import signed_in
from innotter.api.fields import JSONField
from innotter.errors import require
from innotter.media.serving import table_download
from innotter.tasks import services
from innotter.tasks.models import Team
from innotter.tasks.permissions import can_work_in


class TableSerializer(serializers.Serializer[Any]):
    """A table of tasks; `mapping` says which column is what, as far as their names do not."""

    file = serializers.FileField(write_only=True)
    mapping = JSONField(default=dict, help_text='As in `{"title": "Subject"}`.')
    dry_run = serializers.BooleanField(default=False, help_text="Check it, and write nothing.")

    def validate_mapping(self, value: Any) -> dict[str, str]:
        if not isinstance(value, dict) or not all(isinstance(name, str) for name in value.values()):
            raise serializers.ValidationError("This is an object: names and names of columns.")
        return value


class LineSerializer(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    title = serializers.CharField(source="task.title")
    problems = serializers.ListField(child=serializers.CharField(), source="errors")


class ImportedSerializer(serializers.Serializer[Any]):
    created = serializers.IntegerField()
    lines = LineSerializer(many=True)
    left_out = serializers.ListField(child=serializers.CharField(), help_text="Columns of which nothing is taken.")


class ImportView(APIView):
    permission_classes = (IsAuthenticated,)

    def get_parsers(self) -> list[BaseParser]:
        return [*super().get_parsers(), MultiPartParser()]

    @extend_schema(
        request={"multipart/form-data": TableSerializer},
        responses={200: ImportedSerializer, 201: ImportedSerializer},
    )
    def post(self, request: Request, pk: str) -> Response:
        """Import tasks from a table (201). A dry run says what is wrong with which line (200)."""
        person = signed_in(request)
        team = get_object_or_404(Team.objects.of(person), pk=pk)
        require(can_work_in(person, team))
        serializer = TableSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        body = serializer.validated_data
        table = services.read_table(content=body["file"].read())
        mapping = table.guess() | body["mapping"]
        left_out = table.left_out(mapping)
        if body["dry_run"]:
            lines = services.check_table(table=table, team=team, mapping=mapping)
            return Response(
                ImportedSerializer({"created": 0, "lines": lines, "left_out": left_out}).data, status=HTTP_200_OK
            )
        count = services.import_tasks(person=person, team=team, table=table, mapping=mapping)
        return Response({"created": count, "lines": [], "left_out": left_out}, status=HTTP_201_CREATED)


class ExportView(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(responses={(200, "text/csv"): str})
    def get(self, request: Request) -> HttpResponseBase:
        """Download one's tasks as CSV, with the same filters and order as the list.

        Of more than ten thousand, the first are given, and the name of the file says so: `tasks-first-10000.csv`.
        """
        return table_download(services.export_tasks(person=signed_in(request), wishes=request.query_params.dict()))
