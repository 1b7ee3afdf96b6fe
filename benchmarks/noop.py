"""Work that does nothing: as a job, with the product around it, and as a bare Celery task on the same broker."""

from typing import Any

from django.core.cache import cache

from innotter.config.asgi import application
from innotter.config.celery import app
from innotter.jobs.registry import Output, Parameters, Run, handler

__all__ = ["app", "application"]


@handler(title="Nothing", about="For benchmarks.", icon="jobs", parameters=Parameters, is_quick=True)
def no_op(parameters: Any, run: Run) -> Output:
    return Output()


@app.task(queue="jobs")
def bare(mark: str = "") -> None:
    """The last of many leaves a mark."""
    if mark:
        cache.set(mark, 1)
