"""Background work as an operator sees it: the request that it follows from, how often, how long, how it ended."""

import logging
import os
import time
from logging.config import dictConfig
from typing import Any

from celery import signals
from django.conf import settings

from telemetry import context, metrics, reporting
from telemetry.metrics import Counter, Histogram

logger = logging.getLogger(__name__)

tasks_total = Counter("innotter_celery_tasks_total", "Tasks that were run, by how they ended", ["task", "state"])
task_seconds = Histogram(
    "innotter_celery_task_duration_seconds",
    "From a task's beginning to its end",
    ["task"],
    buckets=(0.005, 0.025, 0.1, 0.5, 1, 5, 30, 120),
)
_HEADER = "innotter_request_id"


@signals.setup_logging.connect
def set_up_log(**kwargs: Any) -> None:
    """The log of workers and beat is that of the web server."""
    dictConfig(settings.LOGGING)


@signals.celeryd_init.connect
def start_reporting(**kwargs: Any) -> None:
    """In a worker, before its hands are forked."""
    reporting.start("innotter-worker", "celery.CeleryInstrumentor")
    if port := os.environ.get("METRICS_PORT"):
        try:
            metrics.serve(int(port))
        except (OSError, OverflowError, ValueError) as error:  # There is work to do all the same.
            logger.warning("METRICS_PORT cannot be %s, and nobody sees this worker's numbers there: %s", port, error)


@signals.before_task_publish.connect
def send_request_id(headers: dict[str, Any], **kwargs: Any) -> None:
    """Whoever works on the task works for the request that sent it."""
    if request_id := context.current():
        headers[_HEADER] = request_id


@signals.task_prerun.connect
def begin(task: Any, **kwargs: Any) -> None:
    """From here on, what is logged carries the request's id."""
    context.follow(getattr(task.request, _HEADER, ""))
    task.request.began = time.perf_counter()


@signals.task_postrun.connect
def end(task: Any, state: str | None = None, **kwargs: Any) -> None:
    """The numbers of the task and, where a request led to it, a line in the log."""
    seconds = time.perf_counter() - task.request.began
    tasks_total.labels(task.name, state or "UNKNOWN").inc()
    task_seconds.labels(task.name).observe(seconds)
    if context.current():
        logger.info("task", extra={"task": task.name, "state": state, "seconds": round(seconds, 4)})
    context.follow("")
