"""The last word on errors that no view has answered: a problem document for programs, a page for people."""

import sys
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from innotter.api.problems import problem_response
from innotter.blog.models.image import MOST_IMAGES
from innotter.outages import outage
from innotter.pages.queries import page_formerly_called
from innotter.text.numbers import LARGEST, whole_number
from innotter.web.errors import error_page, outage_page
from telemetry import context


def _answer(
    request: HttpRequest, status: int, code: str, title: str, advice: str, *, reference: str = ""
) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem_response(status=status, code=code, detail=title)
    return error_page(request, status=status, title=title, advice=advice, reference=reference)


#: What a form may hold beside its files, in bytes.
FORM_BYTES = 1_000_000


def largest_body() -> int:
    """The longest body of a request that any door takes, in bytes."""
    files = (MOST_IMAGES * settings.UPLOAD_MAX_BYTES, settings.JOBS_FILE_MAX_BYTES, settings.TASKS_FILE_MAX_BYTES)
    return max(*files, settings.DATA_UPLOAD_MAX_MEMORY_SIZE) + FORM_BYTES


class BodyLimitMiddleware:
    """Turns away what is longer than any upload, of which nothing has been kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        # Longer digits than a number of ours has are too large, too.
        size = whole_number(length)
        if (LARGEST if size is None else size) > largest_body():
            return _answer(request, 413, "too_large", _("This is too large."), _("Go back and try again."))
        return self.get_response(request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 400, "bad_request", _("This request could not be understood."), _("Go back and try again."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 403, "forbidden", _("You are not allowed to do this."), _("Go back, or go home."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    title = _("This form is out of date.")
    return _answer(request, 403, "csrf_failed", title, _("Go back, reload the page and send it again."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Also of a page that has another handle now: that leads on."""
    if address := _where_it_is_now(request):
        return HttpResponsePermanentRedirect(address, headers={"Cache-Control": "no-cache"})
    return _answer(
        request, 404, "not_found", _("There is nothing here."), _("It may have been moved, removed or made private.")
    )


def _where_it_is_now(request: HttpRequest) -> str | None:
    """The same address with the handle that the page has now."""
    match = request.resolver_match
    if match is None or request.method not in {"GET", "HEAD"} or "handle" not in match.kwargs:
        return None
    if (page := page_formerly_called(match.kwargs["handle"], request.user)) is None:
        return None
    address = reverse(match.view_name, kwargs=match.kwargs | {"handle": page.handle})
    return f"{address}?{query}" if (query := request.META["QUERY_STRING"]) else address


def server_error(request: HttpRequest) -> HttpResponse:
    """What no view has answered. An outage that a middleware has met comes here, with Django's `except` around it."""
    if refusal := outage(sys.exc_info()[1]):
        if request.path.startswith("/api/"):
            return problem_response(
                status=refusal.status, code=refusal.code, detail=refusal.detail, retry_after=refusal.retry_after
            )
        return outage_page(request, refusal)
    title = _("Something broke on our side.")
    advice = _("It has been noted. Try again in a moment. If it stays so, tell whoever runs the site this number:")
    return _answer(request, 500, "server_error", title, advice, reference=context.current())
