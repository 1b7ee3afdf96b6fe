"""The short way: the few doors that programs ask all the time, answered without the stack that they do not need.

It answers what it can answer with 200, and tells of an outage. For everything else, from a token that is no longer good
to a cursor, it steps aside, and the whole stack answers: `tests/config/test_short_way.py` compares both ways for every
kind of person.
"""

import logging
import re
from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from io import BytesIO
from typing import Any

from csp.middleware import CSPMiddleware
from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware
from django.urls import ResolverMatch, resolve
from django.utils import translation

from innotter.accounts.authentication import person_of_token
from innotter.api.json import write_json
from innotter.api.problems import problem_response
from innotter.blog.api.posts import first_on_page, post_as_json
from innotter.feed.api.home import first_page
from innotter.notifications.api import unread_count
from innotter.outages import outage
from innotter.pages.models import LONGEST_HANDLE
from innotter.web.compression import CompressionMiddleware

logger = logging.getLogger(__name__)

_gzip: Any = CompressionMiddleware(lambda _request: HttpResponse())

GetResponse = Callable[[HttpRequest], HttpResponse]
#: What a door says to a person; None for nothing, which the whole stack then says.
Door = Callable[..., Any]

#: Each by its address, whose named parts are what it is told besides.
DOORS: dict[str, Door] = {
    "/api/feed/": first_page,
    "/api/notifications/unread/": unread_count,
    "/api/posts/(?P<pk>[0-9]{1,18})/": post_as_json,
    f"/api/pages/(?P<uuid>[A-Za-z0-9_-]{{1,{LONGEST_HANDLE}}})/posts/": first_on_page,
}
_PATTERNS = {address: re.compile(address, re.ASCII) for address in DOORS}
#: What a program may accept: one kind of answer is all there is.
ACCEPTED = {"", "*/*", "application/json"}


class ShortWayMiddleware:
    """Answers a program's GET of one of the doors, if it has a good token and asks for nothing special."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for address, pattern in _PATTERNS.items():
            if (found := pattern.fullmatch(request.path_info)) and _is_plain(request):
                return _answer(request, address, found.groupdict()) or self.get_response(request)
        return self.get_response(request)


def _is_plain(request: HttpRequest) -> bool:
    meta = request.META
    return (
        request.method == "GET"
        and not meta.get("QUERY_STRING")
        and not meta.get("HTTP_COOKIE")
        and meta.get("HTTP_ACCEPT", "") in ACCEPTED
        and meta.get("CONTENT_LENGTH", "0") in {"", "0"}
        and _is_ours(request)
        and bool(_headers(is_secure=request.is_secure()))
    )


def _is_ours(request: HttpRequest) -> bool:
    try:
        request.get_host()
    except DisallowedHost:
        return False
    return True


@cache
def _headers(*, is_secure: bool) -> dict[str, str]:
    """What the parts of the stack that are passed by say in each answer; nothing, if they send people elsewhere."""
    server = {"REQUEST_METHOD": "GET", "SERVER_NAME": "localhost", "SERVER_PORT": "80", "wsgi.input": BytesIO()}
    # Only a request of WSGI knows of a scheme: any other is never secure.
    answer: HttpResponse = _stack(WSGIRequest(server | {"wsgi.url_scheme": "https" if is_secure else "http"}))
    return dict(answer.headers) if answer.status_code == HTTPStatus.OK else {}


def _stack(request: HttpRequest) -> Any:
    return SecurityMiddleware(CSPMiddleware(XFrameOptionsMiddleware(lambda _request: HttpResponse())))(request)


def _answer(request: HttpRequest, address: str, parts: dict[str, str]) -> HttpResponse | None:
    request.resolver_match = _match(address, request.path_info)
    try:
        person = person_of_token(request)
        said = DOORS[address](request, person, **parts) if person else None
    except Exception as error:
        if (refusal := _refusal(error, request)) is None:
            logger.exception("The short way has led nowhere")
        return refusal
    if said is None:
        return None
    body = write_json(said)
    own = {"Content-Type": "application/json", "Content-Length": str(len(body))}
    return _compressed(request, HttpResponse(body, headers=_headers_around(request) | own))


def _compressed(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """As the stack compresses: for whoever takes it so, if it is long enough."""
    compressed: HttpResponse = _gzip.process_response(request, answer)
    return compressed


def _refusal(error: Exception, request: HttpRequest) -> HttpResponse | None:
    """What the stack would say of an outage, without waiting for it once more; nothing, if it is a fault of ours."""
    with translation.override(translation.get_language_from_request(request)):
        if (refusal := outage(error)) is None:
            return None
        answer = problem_response(
            status=refusal.status, code=refusal.code, detail=refusal.detail, retry_after=refusal.retry_after
        )
    answer.headers["Content-Length"] = str(len(answer.content))
    for name, value in _headers_around(request).items():
        answer.headers.setdefault(name, value)
    return answer


def _headers_around(request: HttpRequest) -> dict[str, str]:
    own = {"Content-Language": translation.get_language_from_request(request)}
    if request.resolver_match:
        own["Allow"] = _methods_of(request.resolver_match)
    return _headers(is_secure=request.is_secure()) | own


_matches: dict[str, ResolverMatch] = {}


def _match(address: str, path: str) -> ResolverMatch:
    """The view behind a door, as logs and metrics name it: the one that was found for the first of its paths."""
    if address not in _matches:
        _matches[address] = resolve(path)
    return _matches[address]


def _methods_of(match: ResolverMatch) -> str:
    """What else can be asked there, as Django REST framework says it."""
    view: Any = match.func
    methods = {*view.actions, "head", "options"}
    return ", ".join(method.upper() for method in view.cls.http_method_names if method in methods)
