"""Django Ninja, with the same doormen, limits, lists and problem documents as Django REST framework's views."""

from collections.abc import Callable, Sequence
from functools import wraps
from http import HTTPStatus
from operator import attrgetter
from typing import Any, TypeVar

import orjson
from django.core.exceptions import RequestDataTooBig
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.errors import ValidationError as Unreadable
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from rest_framework.exceptions import APIException, MethodNotAllowed, ParseError, UnsupportedMediaType
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from innotter.api.json import TooLarge
from innotter.api.pagination import NewestFirst
from innotter.api.problems import CONTENT_TYPE, exception_handler
from innotter.errors import Invalid
from innotter.text import json

M = TypeVar("M", bound=Model)
View = Callable[..., HttpResponse]


class Unread(Request):
    """A request whose body is left to Ninja: of a form, Django itself reads the fields that doormen ask for."""

    POST = property(attrgetter("_request.POST"))


class Guard:
    """Whoever asks goes by the doormen of the other half of the API: authentication, permissions, limits."""

    def __init__(self, *permissions: type[BasePermission]) -> None:
        self.permissions = permissions

    def __call__(self, request: HttpRequest) -> Request:
        view = APIView()
        if self.permissions:
            view.permission_classes = self.permissions
        view.request = Unread(request, authenticators=view.get_authenticators())
        view.format_kwarg = None
        view.initial(view.request)
        return view.request


class OrjsonParser(Parser):
    """Reads strict JSON."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != "application/json":
            raise UnsupportedMediaType(request.content_type or "")
        try:
            return json.read(request.body)
        except json.NotJSON as error:
            raise ParseError(str(error)) from None


class OrjsonRenderer(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return dumped(data)


def dumped(data: Any) -> bytes:
    """JSON, with times in UTC."""
    return json.write(data, default=str, option=orjson.OPT_UTC_Z)


def new_api(**options: Any) -> NinjaAPI:
    """An API that refuses as the rest of ours does."""
    api = NinjaAPI(
        auth=Guard(), parser=OrjsonParser(), renderer=OrjsonRenderer(), docs_url=None, openapi_url=None, **options
    )
    for kind in (Exception, Http404):  # The second is one that Ninja has a handler of its own for.
        api.add_exception_handler(kind, _refused)
    api.add_exception_handler(Unreadable, _unreadable)
    api.add_exception_handler(HttpError, _unparsed)
    api.add_exception_handler(RequestDataTooBig, _too_large)
    return api


def as_elsewhere(view: View) -> View:
    """HEAD is answered as GET, and a method that an address does not know with a problem document."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "HEAD":
            request.method = "GET"
        response = view(request, *args, **kwargs)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        refusal = _refused(request, MethodNotAllowed(request.method or ""))
        refusal.headers["Allow"] = response.headers["Allow"]
        return refusal

    return answer


def listed(
    request: HttpRequest, rows: QuerySet[M], shown: Callable[[Sequence[M]], list[Any]], *, by: type[NewestFirst]
) -> dict[str, Any]:
    """`{"next", "previous", "results"}` of the part of a list that the request's cursor stands at."""
    paginator = by()
    page = paginator.paginate_queryset(rows, Request(request)) or []
    return {"next": paginator.get_next_link(), "previous": paginator.get_previous_link(), "results": shown(page)}


def _refused(request: HttpRequest, exception: Any) -> HttpResponse:
    answer = exception_handler(exception, {})
    if answer is None:  # A fault of ours.
        raise exception
    headers = {**answer.headers, "Content-Type": CONTENT_TYPE}
    return HttpResponse(dumped(answer.data), status=answer.status_code, headers=headers)


def _unreadable(request: HttpRequest, exception: Any) -> HttpResponse:
    """What is wrong, field by field: `loc` is the way to it, through the parameter that it came in."""
    errors = {str(error["loc"][-1]): error["msg"].removeprefix("Value error, ") for error in exception.errors}
    return _refused(request, Invalid(**errors))


def _unparsed(request: HttpRequest, exception: Any) -> HttpResponse:
    """Ninja hides what the parser has said behind an error of its own."""
    cause = exception.__cause__ or exception.__context__
    return _refused(request, cause if isinstance(cause, APIException) else ParseError(str(exception)))


def _too_large(request: HttpRequest, exception: Any) -> HttpResponse:
    return _refused(request, TooLarge())
