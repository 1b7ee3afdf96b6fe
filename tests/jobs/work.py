"""A kind of work that does what a test tells it, and the worker that does it."""

import io
import time
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from innotter.jobs import engine
from innotter.jobs.models import Job, QueueEntry
from innotter.jobs.registry import GiveUp, Output, Parameters, Run, handler

#: What happens in the middle of the work: set by tests.
meanwhile: list[Callable[[Run], Any]] = []


class Wish(Parameters):
    fail: bool = False
    give_up: bool = False
    steps: int = 0
    pause: float = 0
    keep: str = ""


@handler(title="Wait and see", about="For tests.", icon="calendar", parameters=Wish, seconds=5)
def wait_and_see(wish: Wish, run: Run) -> Output:
    for number in range(wish.steps):
        time.sleep(wish.pause)
        run.step(f"Step {number + 1}", 100 * (number + 1) // wish.steps)
        run.log(f"Line {number + 1}")
    for act in meanwhile:
        act(run)
    if wish.give_up:
        raise GiveUp("It makes no sense.")
    if wish.fail:
        raise OSError("The disk is full")
    if wish.keep:
        run.keep("kept.txt", io.BytesIO(wish.keep.encode()), "text/plain")
    return Output("It went well.", {"steps": wish.steps})


def work() -> int:
    """Do what is due, as the workers do; says how many attempts that took."""
    return engine.drain()


def be_due(job: Job) -> None:
    """The pause after a failure is over."""
    QueueEntry.objects.filter(pk=job.pk).update(due_at=timezone.now())


def done(job: Job) -> Job:
    """The job after the work, and after every pause between attempts."""
    while work():
        be_due(job)
        job.refresh_from_db()
        if job.is_finished:
            break
    job.refresh_from_db()
    return job
