"""Doing a job: one attempt, under a lease."""

import logging
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

from django.db import connection
from django.utils import timezone, translation
from django.utils.encoding import force_str
from django.utils.translation import gettext as _

from innotter.accounts.models import zone_named
from innotter.errors import ProductError, TooManyRequests
from innotter.jobs.engine.attempts import Attempt
from innotter.jobs.engine.ending import Ending
from innotter.jobs.engine.leasing import put_off
from innotter.jobs.engine.naming import with_results
from innotter.jobs.engine.run import Cancelled, JobRun, LeaseLost, TimeIsUp, kept
from innotter.jobs.models import JobResult
from innotter.jobs.permissions import can_use_jobs
from innotter.jobs.registry import GiveUp, Output
from innotter.text import json
from innotter.text.json import writable
from telemetry import context

logger = logging.getLogger(__name__)

Outcome = JobResult.Outcome

LONGEST_ERROR = 2000
#: The longest text that is kept of an output; more belongs in a file.
LONGEST_OUTPUT = 100_000
#: The most bytes of JSON that are kept of its data, which is read whole wherever the result is: as much as of the text.
LARGEST_DATA = 100_000


def make(attempt: Attempt) -> Ending | None:
    """Let the handler work; says how that has ended. None when the job is in other hands by now, or put off."""
    attempt.begin()
    owner = attempt.job.owner
    with (
        context.following(attempt.job.request_id),
        translation.override(owner.language),
        timezone.override(zone_named(owner.time_zone)),
    ):
        return _make(attempt, JobRun(attempt))


def _make(attempt: Attempt, run: JobRun) -> Ending | None:
    try:
        output = _work(attempt, run)
    except LeaseLost:
        return None
    except Cancelled:
        return _cancelled(attempt)
    except TimeIsUp:
        _drop_broken_connection()
        return _ending(attempt, Outcome.FAILED, _("It took longer than allowed."))
    except (GiveUp, ProductError) as refusal:
        return _refused(attempt, refusal)
    except Exception as error:  # Whatever a handler raises is the failure of this attempt, and of nothing else.
        logger.exception("Job %d failed (attempt %d)", attempt.job.pk, attempt.leased.attempt)
        return _ending(attempt, Outcome.FAILED, f"{type(error).__name__}: {error}")
    ending = _ending(attempt, Outcome.COMPLETED)
    ending.output, ending.data, ending.files = output.text, output.data, run.files
    return ending


def _refused(attempt: Attempt, refusal: Exception) -> Ending | None:
    """What its owner has done too often lately is put off; everything else is given up."""
    if isinstance(refusal, TooManyRequests):
        return None if put_off(attempt.leased, seconds=refusal.retry_after or 1) else _cancelled(attempt)
    ending = _ending(attempt, Outcome.FAILED, _told(refusal))
    ending.may_retry = False
    return ending


def _cancelled(attempt: Attempt) -> Ending:
    return _ending(attempt, Outcome.CANCELLED, _("Cancelled while it was running."))


def _ending(attempt: Attempt, outcome: JobResult.Outcome, error: str = "") -> Ending:
    return Ending(
        job=attempt.job,
        lease=attempt.leased.lease,
        attempt=attempt.leased.attempt,
        outcome=outcome,
        started_at=attempt.started_at,
        completed_at=attempt.now,
        error=kept(error, LONGEST_ERROR),
        percent=attempt.percent,
        step=attempt.step,
    )


def _work(attempt: Attempt, run: JobRun) -> Output:
    if (handler := attempt.handler) is None:
        raise GiveUp(_("This kind of job no longer exists."))
    if not can_use_jobs(attempt.job.owner):
        raise GiveUp(_("The account of the owner is blocked."))
    parameters = handler.read(with_results(attempt.job.parameters, job=attempt.job.pk))
    with _alarm(attempt.seconds):
        output = handler.work(parameters, run)
    return _kept_output(output, run)


def _kept_output(output: Output, run: JobRun) -> Output:
    """What is kept of an output; the log says what is not."""
    if len(output.text) > LONGEST_OUTPUT:
        run.log(_("The result is longer than is kept: this is its beginning."))
    data, left_out = _kept_data(output.data)
    if left_out:
        words = _("The data of the result is larger than is kept: without %(names)s.")
        run.log(words % {"names": ", ".join(left_out)})
    return Output(kept(output.text, LONGEST_OUTPUT), data)


def _kept_data(data: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """As many entries of it as are kept, and the names of the others: the largest, each of which is left out whole."""
    entries: dict[str, Any] = writable(data)
    sizes = {name: len(json.write({name: part})) for name, part in entries.items()}
    size, left_out = sum(sizes.values()), []
    for name in sorted(sizes, key=lambda name: sizes[name], reverse=True):
        if size <= LARGEST_DATA:
            break
        size -= sizes[name]
        left_out.append(name)
        del entries[name]
    return entries, left_out


def _told(refusal: Exception) -> str:
    """What a refusal says, with what is wrong field by field."""
    if not isinstance(refusal, ProductError):
        return str(refusal)
    fields = [f"{name}: {' '.join(messages)}" for name, messages in refusal.errors.items()]
    return "\n".join(fields) or force_str(refusal.detail)


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """End work that takes too long, wherever it stands. A thread cannot be interrupted: there checkpoints must do."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(signum: int, frame: FrameType | None) -> None:
        raise TimeIsUp

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _drop_broken_connection() -> None:
    """The alarm may have rung in the middle of a statement."""
    if not connection.in_atomic_block:
        connection.close()
