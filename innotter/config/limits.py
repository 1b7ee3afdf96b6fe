"""How often the site's forms may be sent: what the API's doors count for themselves (`api/throttles.py`)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from innotter.api.throttles import count_write
from innotter.errors import TooManyRequests
from innotter.web.errors import refusal_page

#: Fields that are not handed back for another try.
SECRETS = {"csrfmiddlewaretoken", "password", "current"}


class WriteLimitMiddleware:
    """Counts every form of the site, the admin's too, before its view runs: a new view needs no limit of its own.

    The page that refuses holds what was typed, and sends it again at a press, unless a file belongs to it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        # Of a form that CSRF protection refuses nothing is counted: that one stands before.
        if request.path.startswith("/api/"):
            return None
        try:
            count_write(request)
        except TooManyRequests as refusal:
            # A page can hand no file back: whoever pressed there would send the rest without it.
            typed: dict[str, Any] = {} if request.FILES else {"typed": _typed(request)}
            return refusal_page(request, refusal, **typed)
        return None


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    fields = request.POST.lists()
    return [(name, str(value)) for name, values in fields if name not in SECRETS for value in values]
