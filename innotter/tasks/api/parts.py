"""What belongs to a task: comments, history, files, time; and templates."""

from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT
from rest_framework.viewsets import GenericViewSet

from innotter.accounts.authentication import signed_in
from innotter.api.pagination import OldestFirst
from innotter.media.serving import stored_download
from innotter.tasks import services
from innotter.tasks.api import serializers
from innotter.tasks.models import Attachment, Task, TaskComment, TaskHistory, TaskTemplate, Team, TimeEntry
from innotter.tasks.queries import for_reading


def task_of(view: GenericViewSet[Any]) -> Task:
    """The task in the address, when one may read it."""
    tasks = Task.objects.readable_by(signed_in(view.request)).select_related("team")
    return get_object_or_404(tasks, pk=view.kwargs["pk"])


class TaskCommentViewSet(ListModelMixin, GenericViewSet[TaskComment]):
    """List the comments on a task, oldest first."""

    permission_classes = (IsAuthenticated,)
    pagination_class = OldestFirst
    serializer_class = serializers.TaskCommentSerializer
    queryset = TaskComment.objects.none()
    lookup_url_kwarg = "comment"

    def get_queryset(self) -> Any:
        return TaskComment.objects.filter(task=task_of(self)).select_related("author", "task__team")

    def create(self, request: Request, **kwargs: Any) -> Response:
        """Comment on a task, in Markdown; people of the team who are mentioned are told."""
        task = task_of(self)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        author, text = signed_in(request), serializer.validated_data["text"]
        comment = services.comment_on_task(author=author, task=task, text=text)
        return Response(self.get_serializer(comment).data, status=HTTP_201_CREATED)

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Take it back."""
        services.delete_comment(person=signed_in(request), comment=self.get_object())
        return Response(status=HTTP_204_NO_CONTENT)


class HistoryViewSet(ListModelMixin, GenericViewSet[TaskHistory]):
    """List all changes of a task, oldest first: who, when, from what, to what."""

    permission_classes = (IsAuthenticated,)
    pagination_class = OldestFirst
    serializer_class = serializers.HistorySerializer
    queryset = TaskHistory.objects.none()

    def get_queryset(self) -> Any:
        return TaskHistory.objects.filter(task=task_of(self)).select_related("actor")


class AttachmentViewSet(ListModelMixin, GenericViewSet[Attachment]):
    """List the files of a task."""

    permission_classes = (IsAuthenticated,)
    pagination_class = OldestFirst
    serializer_class = serializers.AttachmentSerializer
    queryset = Attachment.objects.none()
    lookup_url_kwarg = "attachment"

    def get_queryset(self) -> Any:
        return Attachment.objects.filter(task=task_of(self)).select_related("added_by", "task__team")

    def get_parsers(self) -> list[BaseParser]:
        return [*super().get_parsers(), MultiPartParser()]

    @extend_schema(request={"multipart/form-data": serializers.AttachmentSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Attach a file to a task."""
        task = task_of(self)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        person, file = signed_in(request), serializer.validated_data["file"]
        attachment = services.attach_file(person=person, task=task, file=file)
        return Response(self.get_serializer(attachment).data, status=HTTP_201_CREATED)

    @extend_schema(
        responses={
            (200, "application/octet-stream"): bytes,
            302: OpenApiResponse(
                description="It lies in a bucket: `Location` is good for a minute, and needs no token."
            ),
        }
    )
    def retrieve(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """Download a file of a task."""
        found = self.get_object()
        return stored_download(str(found.file), name=found.name, content_type="application/octet-stream")

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Delete a file of a task."""
        services.remove_file(person=signed_in(request), attachment=self.get_object())
        return Response(status=HTTP_204_NO_CONTENT)


class TimeViewSet(ListModelMixin, GenericViewSet[TimeEntry]):
    """List the time that was logged on a task."""

    permission_classes = (IsAuthenticated,)
    pagination_class = OldestFirst
    serializer_class = serializers.TimeEntrySerializer
    queryset = TimeEntry.objects.none()
    lookup_url_kwarg = "entry"

    def get_queryset(self) -> Any:
        return TimeEntry.objects.filter(task=task_of(self)).select_related("person", "task__team")

    def create(self, request: Request, **kwargs: Any) -> Response:
        """Log time that one has spent on a task."""
        task = task_of(self)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        entry = services.log_time(person=signed_in(request), task=task, **serializer.validated_data)
        return Response(self.get_serializer(entry).data, status=HTTP_201_CREATED)

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Delete a time entry: the task's actual hours shrink by it."""
        services.delete_time(person=signed_in(request), entry=self.get_object())
        return Response(status=HTTP_204_NO_CONTENT)


@extend_schema_view(retrieve=extend_schema(description="Get a template."))
class TemplateViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet[TaskTemplate]):
    """List the templates of one's teams."""

    permission_classes = (IsAuthenticated,)
    serializer_class = serializers.TemplateSerializer
    queryset = TaskTemplate.objects.none()

    def get_queryset(self) -> Any:
        teams = Team.objects.of(signed_in(self.request))
        return TaskTemplate.objects.filter(team__in=teams).select_related("team")

    def create(self, request: Request) -> Response:
        """Create a template, for a team or for oneself."""
        author = signed_in(request)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        body = dict(serializer.validated_data)
        pk = body.pop("team_id", None)
        team = get_object_or_404(Team.objects.of(author), pk=pk) if pk else None
        template = services.save_template(author=author, team=team, **body)
        return Response(self.get_serializer(template).data, status=HTTP_201_CREATED)

    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Edit a template; tasks that were created from it stay as they are."""
        template = self.get_object()
        serializer = self.get_serializer(template, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        body = {name: value for name, value in serializer.validated_data.items() if name != "team_id"}
        template = services.save_template(author=signed_in(request), template=template, **body)
        return Response(self.get_serializer(template).data)

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Delete a template."""
        services.delete_template(person=signed_in(request), template=self.get_object())
        return Response(status=HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses={201: serializers.TaskSerializer})
    def use(self, request: Request, **kwargs: Any) -> Response:
        """Create the task of a template, with its subtasks."""
        person = signed_in(request)
        task = services.use_template(person=person, template=self.get_object())
        shown = for_reading(Task.objects.readable_by(person)).get(pk=task.pk)
        return Response(serializers.TaskSerializer(shown).data, status=HTTP_201_CREATED)
