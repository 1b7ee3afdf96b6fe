"""Doing a job: one attempt, under a lease."""

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import IO, Any, TypeVar

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.encoding import force_str
from django.utils.translation import gettext as _

from innotter.accounts.models import zone_named
from innotter.errors import ProductError, Text
from innotter.jobs.engine.attempts import Attempt, show
from innotter.jobs.engine.ending import Ending
from innotter.jobs.models import Effect, JobFile, JobResult, LogLine, QueueEntry
from innotter.jobs.permissions import can_use_jobs
from innotter.jobs.registry import GiveUp, Output, Stopped
from innotter.media.storage import keep_file
from telemetry import context

logger = logging.getLogger(__name__)

T = TypeVar("T")
Outcome = JobResult.Outcome

LONGEST_LINE, LONGEST_STEP, LONGEST_ERROR = 500, 200, 2000
#: The longest text that is kept of an output; more belongs in a file.
LONGEST_OUTPUT = 100_000
MOST_LINES = 1000
#: Between two looks at the database for whether to stop, in seconds. What is done sooner asks for nothing.
LOOK = 0.25


class Cancelled(Stopped):
    """The owner does not want it any more."""


class LeaseLost(Stopped):
    """Somebody else has the job by now."""


class TimeIsUp(Stopped):
    """It has taken longer than its kind may."""


def make(attempt: Attempt) -> Ending | None:
    """Let the handler work; says how that has ended. None when the job is in other hands by now."""
    attempt.begin()
    owner = attempt.job.owner
    with (
        context.following(attempt.job.request_id),
        translation.override(owner.language),
        timezone.override(zone_named(owner.time_zone)),
    ):
        return _make(attempt, _Run(attempt))


def _make(attempt: Attempt, run: "_Run") -> Ending | None:
    try:
        output = _work(attempt, run)
    except LeaseLost:
        return None
    except Cancelled:
        return _ending(attempt, Outcome.CANCELLED, _("Cancelled while it was running."))
    except TimeIsUp:
        _drop_broken_connection()
        return _ending(attempt, Outcome.FAILED, _("It took longer than it may."))
    except (GiveUp, ProductError) as refusal:
        ending = _ending(attempt, Outcome.FAILED, _told(refusal))
        ending.may_retry = False
        return ending
    except Exception as error:  # Whatever a handler raises is the failure of this attempt, and of nothing else.
        logger.exception("Job %d failed (attempt %d)", attempt.job.pk, attempt.leased.attempt)
        return _ending(attempt, Outcome.FAILED, f"{type(error).__name__}: {error}")
    ending = _ending(attempt, Outcome.COMPLETED)
    ending.output, ending.data, ending.files = _kept(output.text, LONGEST_OUTPUT), output.data, run.files
    return ending


def _ending(attempt: Attempt, outcome: JobResult.Outcome, error: str = "") -> Ending:
    return Ending(
        job=attempt.job,
        lease=attempt.leased.lease,
        attempt=attempt.leased.attempt,
        outcome=outcome,
        started_at=attempt.started_at,
        completed_at=attempt.now,
        error=_kept(error, LONGEST_ERROR),
        percent=attempt.percent,
        step=attempt.step,
    )


def _work(attempt: Attempt, run: "_Run") -> Output:
    if (handler := attempt.handler) is None:
        raise GiveUp(_("This kind of job is no longer known."))
    if not can_use_jobs(attempt.job.owner):
        raise GiveUp(_("The account of the owner is blocked."))
    parameters = handler.read(attempt.job.parameters)
    with _alarm(attempt.seconds):
        return handler.work(parameters, run)


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


def _kept(text: str, longest: int) -> str:
    """As much of a text as is kept, without the one character that the database does not take."""
    return text[:longest].replace("\0", "\ufffd")


class _Run:
    """An attempt, as its handler sees it (`registry.Run`)."""

    def __init__(self, attempt: Attempt) -> None:
        self.attempt, self.job, self.owner = attempt, attempt.job, attempt.job.owner
        self.files: list[JobFile] = []
        self._looked_at = time.monotonic()
        self._lines = 0

    @property
    def _mine(self) -> Any:
        return QueueEntry.objects.filter(pk=self.job.pk, lease=self.attempt.leased.lease)

    def step(self, text: Text, percent: int) -> None:
        self.attempt.step = _kept(force_str(text), LONGEST_STEP)
        self.attempt.percent = max(0, min(percent, 100))
        self.attempt.is_shown = False
        self.checkpoint()

    def log(self, text: Text) -> None:
        self.checkpoint()
        self._lines += 1
        if self._lines <= MOST_LINES:
            line = force_str(text) if self._lines < MOST_LINES else "…"
            LogLine.objects.create(job=self.job, attempt=self.attempt.leased.attempt, text=_kept(line, LONGEST_LINE))

    def checkpoint(self) -> None:
        if time.monotonic() - self._looked_at >= LOOK:
            self._look()

    def _look(self) -> None:
        self._looked_at = time.monotonic()
        if self._looked_at > self.attempt.over_at:
            raise TimeIsUp
        if not self.attempt.is_shown:
            show([self.attempt])
        found = list(self._mine.values_list("job__cancel_requested_at", flat=True))
        if not found:
            raise LeaseLost
        if found[0]:
            raise Cancelled

    @transaction.atomic
    def once(self, key: str, act: Callable[[], T]) -> T:
        # The row is locked: whoever has lost the lease waits here, and learns of it.
        if not list(self._mine.select_for_update(no_key=True).values("pk")):
            raise LeaseLost
        effect = Effect.objects.filter(job=self.job, key=key).first()
        if effect is None:
            effect = Effect.objects.create(job=self.job, key=key, value=act())
        value: T = effect.value
        return value

    def upload(self) -> IO[bytes]:
        if not self.job.file:
            raise GiveUp(_("The file of this job is gone."))
        return default_storage.open(str(self.job.file))

    def keep(self, name: str, content: IO[bytes], content_type: str) -> None:
        stored, size = keep_file(folder="job-results", content=content)
        self.files.append(JobFile(file=stored, name=name, content_type=content_type, size=size))
