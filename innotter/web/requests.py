"""What is noted of each request: its id, a line in the log, and numbers for Prometheus. No address, no name."""

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

from telemetry import context
from telemetry.metrics import Counter, Histogram

logger = logging.getLogger(__name__)

requests_total = Counter(
    "innotter_http_requests_total", "Requests that were answered, by view and status", ["method", "view", "status"]
)
request_seconds = Histogram(
    "innotter_http_request_duration_seconds",
    "From a request to its answer, by view",
    ["view"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
queries_total = Counter("innotter_database_queries_total", "Statements that requests sent to the database", ["view"])
query_seconds = Counter(
    "innotter_database_query_duration_seconds_total", "Time that requests waited for the database", ["view"]
)

#: Asked so often by machines that a line for each would hide the others.
WATCHING = ("/health/", "/metrics/")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class Queries:
    """Counts what is asked of the database."""

    def __init__(self) -> None:
        self.count, self.seconds = 0, 0.0

    def __call__(self, execute: Callable[..., Any], *words: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*words)
        finally:
            self.count += 1
            self.seconds += time.perf_counter() - began


class RequestMiddleware:
    """Gives each request an id, which its answer, its log and its consequences carry, and measures it.

    An answer that says nothing of caches is for whoever has asked. Networks before a site keep others by what their
    addresses end in, for everybody: `.csv`, for example.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began, queries = time.perf_counter(), Queries()
        request_id = context.accepted(request.headers.get(context.HEADER))
        with ExitStack() as around:
            around.enter_context(context.following(request_id))
            around.enter_context(connection.execute_wrapper(queries))
            response = self.get_response(request)
            response.headers[context.HEADER] = request_id
            response.headers.setdefault("Cache-Control", "private, no-cache")
            self._note(request, response, queries, time.perf_counter() - began)
        return response

    def _note(self, request: HttpRequest, response: HttpResponse, queries: Queries, seconds: float) -> None:
        note_request(
            method=request.method if request.method in _METHODS else "other",
            view=view_name(request),
            status=response.status_code,
            seconds=seconds,
            queries=queries,
            is_logged=not request.path.startswith(WATCHING),
        )


def note_request(
    *, method: str, view: str, status: int, seconds: float, queries: Queries, is_logged: bool = True
) -> None:
    """Count a request that was answered, and write a line of it into the log."""
    requests_total.labels(method, view, status).inc()
    request_seconds.labels(view).observe(seconds)
    queries_total.labels(view).inc(queries.count)
    query_seconds.labels(view).inc(queries.seconds)
    if is_logged:
        noted = {"method": method, "view": view, "status": status}
        logger.info("request", extra=noted | {"seconds": round(seconds, 4), "queries": queries.count})


class WithoutAddress(logging.Filter):
    """Takes the address out of what Django says of a request, and names the view instead: addresses may hold names."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = record.__dict__.pop("request", None)
        if request is not None and record.args:
            record.view = view_name(request)
            record.msg, record.args = str(record.args[0] if isinstance(record.args, tuple) else record.msg), ()
        return True


def view_name(request: HttpRequest) -> str:
    """Which view answers; never more values than there are views."""
    match = request.resolver_match
    return (match.view_name or match.route) if match else "none"
