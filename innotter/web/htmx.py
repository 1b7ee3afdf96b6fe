"""One view, two readers: htmx gets the fragment that changed, everybody else goes on to the page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asks, for a part of a page."""
    return bool(getattr(request, "htmx", False))


def is_by_itself(request: HttpRequest) -> bool:
    """Whether a page asks without anybody having pressed anything: to look for news, to keep or preview a text."""
    return "X-By-Itself" in request.headers or (is_htmx(request) and request.method in {"GET", "HEAD"})


def fragment_or_redirect(request: HttpRequest, template: str, context: dict[str, Any], *, to: str) -> HttpResponse:
    """What is left after a POST."""
    if is_htmx(request):
        return render(request, template, context)
    return redirect(to)
