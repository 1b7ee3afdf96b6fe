"""The search, for programs."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.pagination import Cursor
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from innotter.accounts.api.serializers import UserSerializer
from innotter.api.pagination import NewestFirst
from innotter.blog.api.post_serializers import PostSerializer
from innotter.blog.queries.posts import rows_of
from innotter.errors import Invalid
from innotter.feed.queries.searching import (
    MOST,
    Kind,
    Order,
    Question,
    places_in,
    search_for,
    understand,
)
from innotter.jobs.api.serializers import JobSerializer
from innotter.jobs.models import Job
from innotter.jobs.queries import for_reading as jobs_for_reading
from innotter.pages.api import PageSerializer
from innotter.tasks.api.serializers import TaskSerializer
from innotter.tasks.models import Task
from innotter.tasks.queries import for_reading as tasks_for_reading

#: Of each kind, where no `type` is asked for.
SHOWN = 20


class PieceSerializer(serializers.Serializer[Any]):
    """A part of an excerpt; together they are the whole of it."""

    text = serializers.CharField()
    is_match = serializers.BooleanField()


class FoundArticleSerializer(PostSerializer):
    """An article, with the place in its text where the first of the words stands."""

    excerpt = PieceSerializer(many=True, read_only=True)

    class Meta(PostSerializer.Meta):
        fields = (*PostSerializer.Meta.fields, "excerpt")


class FoundTagSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()


class FoundSerializer(serializers.Serializer[Any]):
    """The first twenty of each kind; of people, tasks and jobs none for those who are not signed in."""

    posts = PostSerializer(many=True)
    articles = FoundArticleSerializer(many=True)
    pages = PageSerializer(many=True)
    users = UserSerializer(many=True)
    tags = FoundTagSerializer(many=True)
    tasks = TaskSerializer(many=True)
    jobs = JobSerializer(many=True)


_SERIALIZERS: Mapping[Kind, type[serializers.BaseSerializer[Any]]] = {
    Kind.POSTS: PostSerializer,
    Kind.ARTICLES: FoundArticleSerializer,
    Kind.PAGES: PageSerializer,
    Kind.USERS: UserSerializer,
    Kind.TAGS: FoundTagSerializer,
    Kind.TASKS: TaskSerializer,
    Kind.JOBS: JobSerializer,
}


@extend_schema_field(
    {
        "type": "array",
        "items": {
            "anyOf": [
                {"$ref": f"#/components/schemas/{name}"}
                for name in ("Post", "FoundArticle", "Page", "User", "FoundTag", "Task", "Job")
            ]
        },
    }
)
class ResultsField(serializers.ListField):
    """What is found of one kind, as without `type`."""


class FoundOfKindSerializer(serializers.Serializer[Any]):
    """A list of one kind."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = ResultsField()


class FoundPagination(NewestFirst):
    """The same cursors as every list has, in an order that no column has: they tell how many come before."""

    def find(self, request: Request, find: Callable[[int, int], list[Any]]) -> list[Any]:
        """The part of the list that this request asks for."""
        self.base_url = request.build_absolute_uri()
        cursor = self.decode_cursor(request)
        self.start, self.size = cursor.offset if cursor else 0, self.get_page_size(request) or self.page_size
        found = find(self.start, self.size + 1)
        self.has_more = len(found) > self.size and self.start + self.size < MOST
        return found[: self.size]

    def get_next_link(self) -> str | None:
        return self._link(self.start + self.size) if self.has_more else None

    def get_previous_link(self) -> str | None:
        return self._link(max(0, self.start - self.size)) if self.start else None

    def _link(self, start: int) -> str:
        return self.encode_cursor(Cursor(offset=start, reverse=False, position=None))


class Search(APIView):
    @extend_schema(
        parameters=[
            OpenApiParameter(
                "q",
                description="Words, or the beginnings of words, in any case; between them `from:` a page or person, "
                "`in:` a page, `before:` and `after:` a day.",
            ),
            OpenApiParameter("type", enum=[kind.value for kind in Kind], description="Only this kind, as a list."),
            OpenApiParameter(
                "order",
                enum=[order.value for order in Order],
                description="Of posts (`newest`, if it is left out) and articles (`best`).",
            ),
            OpenApiParameter("cursor", description="With `type`."),
            OpenApiParameter("page_size", int, description="With `type`: up to a hundred."),
        ],
        responses=PolymorphicProxySerializer(
            component_name="SearchAnswer",
            serializers=[FoundSerializer, FoundOfKindSerializer],
            resource_type_field_name=None,
        ),
    )
    def get(self, request: Request) -> Response:
        """Search everything.

        Posts and articles by their words, pages by name, handle or tag, hashtags; for those who are signed in also
        people by username, name or title, their tasks and their jobs. With `type` one kind, as a list of at most a
        thousand.
        """
        question = understand(request.query_params.get("q", ""), request.user)
        if question.refusals:
            raise Invalid(q=" ".join(question.refusals))
        order = _one_of(Order, request, "order")
        kind = _one_of(Kind, request, "type")
        context = {"request": request}
        if kind is None:
            found = {each.value: _shown(question, each, order, start=0, count=SHOWN) for each in Kind}
            return Response(FoundSerializer(found, context=context).data)
        pages = FoundPagination()
        rows = pages.find(request, lambda start, count: _shown(question, kind, order, start=start, count=count))
        return pages.get_paginated_response(_SERIALIZERS[kind](rows, many=True, context=context).data)


def _one_of(choices: Any, request: Request, name: str) -> Any:
    """What the request says of it, None where it says nothing."""
    asked = request.query_params.get(name, "")
    if asked and asked not in list(choices):
        raise Invalid(**{name: _("Choose one of: %(values)s.") % {"values": ", ".join(choices)}})
    return choices(asked) if asked else None


def _shown(question: Question, kind: Kind, order: Order | None, *, start: int, count: int) -> list[Any]:
    found = search_for(question, kind, order=order, start=start, count=count)
    return _READ[kind](found, question) if found else []


def _articles(found: list[int], question: Question) -> list[Any]:
    places = places_in(found, question)
    return [
        row | {"excerpt": places[row["id"]].excerpt} for row in rows_of(found, question.viewer) if row["id"] in places
    ]


def _tasks(found: list[int], question: Question) -> list[Any]:
    tasks = tasks_for_reading(Task.objects.readable_by(question.viewer).filter(pk__in=found))
    return sorted(tasks, key=lambda task: found.index(task.pk))


def _jobs(found: list[int], question: Question) -> list[Any]:
    jobs = jobs_for_reading(Job.objects.of(question.viewer)).filter(pk__in=found)
    return sorted(jobs, key=lambda job: found.index(job.pk))


_READ: Mapping[Kind, Callable[[list[Any], Question], list[Any]]] = {
    Kind.POSTS: lambda found, question: rows_of(found, question.viewer),
    Kind.ARTICLES: _articles,
    Kind.PAGES: lambda found, _question: found,
    Kind.USERS: lambda found, _question: found,
    Kind.TAGS: lambda found, _question: [{"name": name} for name in found],
    Kind.TASKS: _tasks,
    Kind.JOBS: _jobs,
}
