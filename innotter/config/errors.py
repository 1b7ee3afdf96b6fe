"""The last word on errors that no view has answered: a problem document for programs, a page for people."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from innotter.api.problems import problem_response
from innotter.web.errors import error_page


def _answer(request: HttpRequest, status: int, code: str, title: str, advice: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem_response(status=status, code=code, detail=title)
    return error_page(request, status=status, title=title, advice=advice)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 400, "bad_request", _("This request could not be understood."), _("Go back and try again."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 403, "forbidden", _("You are not allowed to do this."), _("Go back, or go home."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    title = _("This form is out of date.")
    return _answer(request, 403, "csrf_failed", title, _("Go back, reload the page and send it again."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(
        request, 404, "not_found", _("There is nothing here."), _("It may have been moved, removed or made private.")
    )


def server_error(request: HttpRequest) -> HttpResponse:
    return _answer(
        request, 500, "server_error", _("Something broke on our side."), _("It has been noted. Try again in a moment.")
    )
