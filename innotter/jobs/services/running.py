"""Doing a job: one attempt, under a lease."""

import logging
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from types import FrameType
from typing import IO, Any, TypeVar

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.encoding import force_str
from django.utils.translation import gettext as _

from innotter.accounts.models import zone_named
from innotter.errors import ProductError, Text
from innotter.events.services import note_heartbeat
from innotter.jobs.models import Effect, Job, JobFile, JobResult, LogLine
from innotter.jobs.permissions import can_use_jobs
from innotter.jobs.registry import GiveUp, Handler, Output, Stopped, handler_named
from innotter.jobs.services.ending import end_attempt
from innotter.jobs.states import S, move
from innotter.media.storage import keep_file
from telemetry import context

logger = logging.getLogger(__name__)

T = TypeVar("T")
Outcome = JobResult.Outcome

LONGEST_LINE, LONGEST_STEP, LONGEST_ERROR = 500, 200, 2000
#: The longest text that is kept of an output; more belongs in a file.
LONGEST_OUTPUT = 100_000
MOST_LINES = 1000
#: Between two looks at the database for whether to stop, in seconds.
LOOK = 0.25


class Cancelled(Stopped):
    """The owner does not want it any more."""


class LeaseLost(Stopped):
    """Somebody else has the job by now."""


class TimeIsUp(Stopped):
    """It has taken longer than its kind may."""


def run_job(*, job_id: int) -> None:
    """Do a queued job. One that is queued no longer, because another was first or it was cancelled, is left alone."""
    job = _begin(job_id)
    if job is None:
        return
    with context.following(job.request_id):
        _run(job, _Run(job))


def _run(job: Job, run: "_Run") -> None:
    with translation.override(job.owner.language), timezone.override(zone_named(job.owner.time_zone)), run.heartbeat():
        ending = _attempt(job, run)
    if ending is not None:
        _end(job, run, ending)


@dataclass
class _Ending:
    outcome: JobResult.Outcome
    output: Output = field(default_factory=Output)
    error: str = ""
    may_retry: bool = True


def _lease_end() -> Any:
    return timezone.now() + timedelta(seconds=settings.JOBS_LEASE_SECONDS)


def _begin(job_id: int) -> Job | None:
    lease = uuid.uuid4()
    jobs = Job.objects.filter(pk=job_id)
    job = jobs.select_related("owner").first()
    if job is None:
        return None
    changes = {"lease": lease, "lease_until": _lease_end(), "started_at": timezone.now(), "attempt": job.attempt + 1}
    changes |= {"percent": 0, "step": "", "cancel_requested_at": None}
    if not move(jobs.filter(attempt=job.attempt), S.IN_PROGRESS, came_from=S.QUEUED, **changes):
        return None
    for name, value in changes.items():
        setattr(job, name, value)
    return job


def _attempt(job: Job, run: "_Run") -> _Ending | None:
    """Let the handler work; None when the job is in other hands by now."""
    try:
        return _Ending(Outcome.COMPLETED, _work(job, run))
    except LeaseLost:
        return None
    except Cancelled:
        return _Ending(Outcome.CANCELLED, error=_("Cancelled while it was running."))
    except TimeIsUp:
        _drop_broken_connection()
        return _Ending(Outcome.FAILED, error=_("It took longer than it may."))
    except (GiveUp, ProductError) as refusal:
        return _Ending(Outcome.FAILED, error=_told(refusal), may_retry=False)
    except Exception as error:  # Whatever a handler raises is the failure of this attempt, and of nothing else.
        logger.exception("Job %d failed (attempt %d of %d)", job.pk, job.attempt, job.max_attempts)
        return _Ending(Outcome.FAILED, error=f"{type(error).__name__}: {error}")


def _work(job: Job, run: "_Run") -> Output:
    handler = handler_named(job.handler)
    if handler is None:
        raise GiveUp(_("This kind of job is no longer known."))
    if not can_use_jobs(job.owner):
        raise GiveUp(_("The account of the owner is blocked."))
    parameters = handler.read(job.parameters)
    with _alarm(handler):
        return handler.work(parameters, run)


def _told(refusal: Exception) -> str:
    """What a refusal says, with what is wrong field by field."""
    if not isinstance(refusal, ProductError):
        return str(refusal)
    fields = [f"{name}: {' '.join(messages)}" for name, messages in refusal.errors.items()]
    return "\n".join(fields) or force_str(refusal.detail)


@contextmanager
def _alarm(handler: Handler) -> Iterator[None]:
    """End work that takes too long, wherever it stands. A thread cannot be interrupted: there checkpoints must do."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(signum: int, frame: FrameType | None) -> None:
        raise TimeIsUp

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, handler.seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _drop_broken_connection() -> None:
    """The alarm may have rung in the middle of a statement."""
    if not connection.in_atomic_block:
        connection.close()


@transaction.atomic
def _end(job: Job, run: "_Run", ending: _Ending) -> None:
    result = end_attempt(
        job=job,
        outcome=ending.outcome,
        may_retry=ending.may_retry,
        output=_kept(ending.output.text, LONGEST_OUTPUT),
        data=dict(ending.output.data),
        error_message=_kept(ending.error, LONGEST_ERROR),
    )
    if result and ending.outcome == Outcome.COMPLETED:
        for file in run.files:
            file.result = result
        JobFile.objects.bulk_create(run.files)


def _kept(text: str, longest: int) -> str:
    """As much of a text as is kept, without the one character that the database does not take."""
    return text[:longest].replace("\0", "\ufffd")


class _Run:
    """An attempt, as its handler sees it (`registry.Run`)."""

    def __init__(self, job: Job) -> None:
        self.job, self.owner = job, job.owner
        self.files: list[JobFile] = []
        handler = handler_named(job.handler)
        self._over_at = time.monotonic() + (handler.seconds if handler else 0)
        self._looked_at = time.monotonic()
        self._lines = 0

    @property
    def _mine(self) -> Any:
        return Job.objects.filter(pk=self.job.pk, lease=self.job.lease)

    def step(self, text: Text, percent: int) -> None:
        changes = {"step": _kept(force_str(text), LONGEST_STEP), "percent": max(0, min(percent, 100))}
        if not self._mine.update(lease_until=_lease_end(), **changes):
            raise LeaseLost
        self._look()

    def log(self, text: Text) -> None:
        self.checkpoint()
        self._lines += 1
        if self._lines <= MOST_LINES:
            line = force_str(text) if self._lines < MOST_LINES else "…"
            LogLine.objects.create(job=self.job, attempt=self.job.attempt, text=_kept(line, LONGEST_LINE))

    def checkpoint(self) -> None:
        if time.monotonic() - self._looked_at >= LOOK:
            self._look()

    def _look(self) -> None:
        self._looked_at = time.monotonic()
        if self._looked_at > self._over_at:
            raise TimeIsUp
        found = list(self._mine.values_list("cancel_requested_at", flat=True))
        if not found:
            raise LeaseLost
        if found[0]:
            raise Cancelled

    @transaction.atomic
    def once(self, key: str, act: Callable[[], T]) -> T:
        # The row is locked: whoever has lost the lease waits here, and learns of it.
        if not list(self._mine.select_for_update().values("pk")):
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

    @contextmanager
    def heartbeat(self) -> Iterator[None]:
        """Hold the lease while the work goes on, and no longer than its kind may take."""
        done = threading.Event()
        thread = threading.Thread(target=self._beat, args=(done,), name=f"heartbeat-{self.job.pk}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()

    def _beat(self, done: threading.Event) -> None:
        while not done.wait(settings.JOBS_LEASE_SECONDS / 3) and time.monotonic() < self._over_at:
            try:
                self._mine.update(lease_until=_lease_end())
                note_heartbeat(name="runner")  # With both hands full of long jobs, nobody does what beat asks.
            except Exception as error:  # noqa: BLE001 - the next beat may reach the database again
                logger.warning("The lease of job %d could not be renewed: %s", self.job.pk, error)
            finally:
                connection.close()
