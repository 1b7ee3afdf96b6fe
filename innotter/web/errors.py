"""Refusals as pages, for people."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from innotter.errors import NotSignedIn, ProductError
from innotter.outages import outage
from innotter.web.htmx import is_by_itself, is_htmx
from innotter.web.redirects import where_they_are


def error_page(
    request: HttpRequest, *, status: int, title: str, advice: str, reference: str = "", **words: Any
) -> HttpResponse:
    """A page that says what is wrong and what to do, and by which number the operator finds it.

    htmx shows it as a note in the corner, and leaves the page.
    """
    template = "web/_refusal.html" if is_htmx(request) else "web/error.html"
    known = {"status": status, "title": title, "advice": advice, "reference": reference}
    return render(request, template, known | words, status=status)


class RefusalMiddleware:
    """Answers a refusal that a view of the site has not caught. The API answers its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            return _only_for_forms(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotSignedIn):
            return _to_sign_in(request)
        if isinstance(exception, ProductError):
            return refusal_page(request, exception)
        refusal = None if request.path.startswith("/api/") else outage(exception)
        return outage_page(request, refusal) if refusal else None


def refusal_page(request: HttpRequest, refusal: ProductError, **words: Any) -> HttpResponse:
    """A refusal for people's eyes; without errors of single fields it says to try again."""
    advice = " ".join(" ".join(errors) for errors in refusal.errors.values()) or _("Go back and try again.")
    page = error_page(request, status=refusal.status, title=str(refusal.detail), advice=advice, **words)
    if refusal.retry_after:
        page.headers["Retry-After"] = str(refusal.retry_after)
    return page


def outage_page(request: HttpRequest, refusal: ProductError) -> HttpResponse:
    """The same where nobody can be asked who reads it, and which messages wait for them."""
    return refusal_page(request, refusal, user=AnonymousUser(), messages=[])


def _only_for_forms(request: HttpRequest, empty: HttpResponse) -> HttpResponse:
    """Whoever types in where a form is sent to gets a page of ours, not the browser's own."""
    title, advice = _("There is no page to read here."), _("This address only takes what a button sends.")
    page = error_page(request, status=empty.status_code, title=title, advice=advice)
    page.headers["Allow"] = empty.headers["Allow"]
    return page


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the page for signing in, and from there back to the page on which the person was.

    What a page fetches by itself never takes it away: something may be written on it that is sent nowhere yet. Nor is a
    script led there: it would take the page for signing in for the answer, and a text for kept.
    """
    address = f"{reverse('accounts:log-in')}?{urlencode({'next': where_they_are(request)})}"
    if is_by_itself(request):
        return render(request, "web/_signed_out.html", {"address": address}, status=NotSignedIn.status)
    if not is_htmx(request):
        return redirect(address)
    return HttpResponse(status=204, headers={"HX-Redirect": address})
