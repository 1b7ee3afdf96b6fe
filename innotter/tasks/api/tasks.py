"""Tasks: making, finding, changing, moving them."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT
from rest_framework.viewsets import GenericViewSet

from innotter.accounts.authentication import signed_in
from innotter.api.filters import ListFilters
from innotter.api.pagination import InOrder, is_moment, is_number, is_words
from innotter.errors import Invalid
from innotter.tasks import services
from innotter.tasks.api import serializers
from innotter.tasks.models import Task, Team
from innotter.tasks.queries import TaskFilters, for_reading, members_named, with_due


def is_day(text: str) -> bool:
    try:
        return parse_date(text) is not None
    except ValueError:
        return False


class TaskOrder(InOrder):
    orders = {
        "created_at": ("id", is_number),
        "updated_at": ("updated_at", is_moment),
        "due_date": ("due", is_day),
        "priority": ("priority", is_number),
        "status": ("status", is_words),
        "title": ("title", is_words),
        "position": ("place", is_words),
    }


_ORDERING = OpenApiParameter(
    "ordering", description=f"{', '.join(f'`{name}`' for name in TaskOrder.orders)}; a minus turns it round."
)


class TaskViewSet(ListModelMixin, GenericViewSet[Task]):
    """The tasks of one's teams and of one's own space; others are not there."""

    permission_classes = (IsAuthenticated,)
    pagination_class = TaskOrder
    filter_backends = (ListFilters,)
    filterset_class = TaskFilters
    serializer_class = serializers.TaskSerializer
    queryset = Task.objects.none()

    def get_queryset(self) -> Any:
        found = for_reading(Task.objects.readable_by(signed_in(self.request)))
        return with_due(found) if self.action == "list" else found

    def _answer(self, task: Task, status: int = 200) -> Response:
        return Response(self.get_serializer(self.get_queryset().get(pk=task.pk)).data, status=status)

    def _meant(self, team: Team, body: dict[str, Any], *tasks: Task) -> dict[str, Any]:
        """What is said of people and tasks by their names, as themselves."""
        if "assignees" in body:
            body["assignees"] = members_named(team, body["assignees"], tasks=tasks)
        if body.get("parent"):
            parents = Task.objects.readable_by(signed_in(self.request)).select_related("team")
            body["parent"] = parents.filter(pk=body["parent"]).first()
            if body["parent"] is None:
                raise Invalid(parent=_("There is no such task."))
        return body

    @extend_schema(parameters=[_ORDERING])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List tasks, the newest first unless `ordering` says otherwise."""
        return super().list(request, *args, **kwargs)

    @extend_schema(request=serializers.NewTaskSerializer, responses={201: serializers.TaskSerializer})
    def create(self, request: Request) -> Response:
        """Create a task, for a team or for oneself."""
        creator = signed_in(request)
        serializer = serializers.NewTaskSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        body = dict(serializer.validated_data)
        if pk := body.pop("team", None):
            team = Team.objects.of(creator).filter(pk=pk).first()
            if team is None:
                raise Invalid(team=_("You are in no such team."))
        else:
            team = services.space_of(person=creator)
        task = services.create_task(creator=creator, team=team, **self._meant(team, body))
        return self._answer(task, HTTP_201_CREATED)

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """Get a task."""
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=serializers.TaskEditSerializer)
    def update(self, request: Request, **kwargs: Any) -> Response:
        """Edit a task. What is not sent stays as it is; 409 when somebody else has changed the same since `version`."""
        return self._edit(request, partial=False)

    @extend_schema(request=serializers.TaskEditSerializer)
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Edit a part of a task."""
        return self._edit(request, partial=True)

    def _edit(self, request: Request, *, partial: bool) -> Response:
        task = self.get_object()
        serializer = serializers.TaskEditSerializer(data=request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        body = self._meant(task.team, dict(serializer.validated_data), task)
        services.edit_task(editor=signed_in(request), task=task, **body)
        return self._answer(task)

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Delete a task for good. To keep it, archive it."""
        services.delete_task(person=signed_in(request), task=self.get_object())
        return Response(status=HTTP_204_NO_CONTENT)

    @extend_schema(request=serializers.AssignSerializer)
    def assign(self, request: Request, **kwargs: Any) -> Response:
        """Assign a task."""
        task = self.get_object()
        serializer = serializers.AssignSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        people = members_named(task.team, serializer.validated_data["assignees"], tasks=[task])
        services.edit_task(editor=signed_in(request), task=task, assignees=people)
        return self._answer(task)

    @extend_schema(request=serializers.MoveSerializer)
    def move(self, request: Request, **kwargs: Any) -> Response:
        """Move a task on the board: into a column, under another task or to the top."""
        task = self.get_object()
        serializer = serializers.MoveSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        body = serializer.validated_data
        above = None
        if body["after"]:
            above = get_object_or_404(Task.objects.readable_by(signed_in(request)), pk=body["after"])
        services.move_task(mover=signed_in(request), task=task, status=body["status"], after=above)
        return self._answer(task)

    @extend_schema(request=None)
    def archive(self, request: Request, **kwargs: Any) -> Response:
        """Archive a task."""
        task = self.get_object()
        services.archive_task(archiver=signed_in(request), task=task)
        return self._answer(task)

    @extend_schema(request=None)
    def restore(self, request: Request, **kwargs: Any) -> Response:
        """Restore an archived task."""
        task = self.get_object()
        services.restore_task(archiver=signed_in(request), task=task)
        return self._answer(task)

    @extend_schema(request=None, responses={204: None})
    def watch(self, request: Request, **kwargs: Any) -> Response:
        """Watch a task: be notified of its changes."""
        services.watch_task(watcher=signed_in(request), task=self.get_object())
        return Response(status=HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses={204: None})
    def unwatch(self, request: Request, **kwargs: Any) -> Response:
        """Stop watching a task."""
        services.unwatch_task(watcher=signed_in(request), task=self.get_object())
        return Response(status=HTTP_204_NO_CONTENT)

    @extend_schema(request=serializers.OfferSerializer, responses={201: serializers.OfferedSerializer})
    def offer(self, request: Request, **kwargs: Any) -> Response:
        """Offer a task as a job that others bid for."""
        task = self.get_object()
        serializer = serializers.OfferSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        job = services.offer_as_job(person=signed_in(request), task=task, **serializer.validated_data)
        return Response({"job": job.pk}, status=HTTP_201_CREATED)

    @extend_schema(request=serializers.BulkSerializer, responses=serializers.BulkAnswerSerializer)
    def bulk(self, request: Request) -> Response:
        """Edit up to a hundred tasks at once: all of them, or none."""
        person = signed_in(request)
        serializer = serializers.BulkSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        body = dict(serializer.validated_data)
        wanted = set(body.pop("tasks"))
        tasks = list(Task.objects.readable_by(person).filter(pk__in=wanted).select_related("team"))
        if missing := wanted - {task.pk for task in tasks}:
            raise Invalid(tasks=_("There is no such task: %(numbers)s.") % {"numbers": ", ".join(map(str, missing))})
        if "assignees" in body:
            if len({task.team_id for task in tasks}) > 1:
                raise Invalid(assignees=_("Choose tasks of one team."))
            body["assignees"] = members_named(tasks[0].team, body["assignees"], tasks=tasks)
        return Response({"changed": services.edit_many(editor=person, tasks=tasks, **body)})
