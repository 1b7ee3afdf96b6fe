"""An attempt as its handler sees it: what it says, keeps, does once, and when it is to stop."""

import time
from collections.abc import Callable
from typing import IO, Any, TypeVar

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.encoding import force_str
from django.utils.translation import gettext as _

from innotter.errors import Text
from innotter.jobs.engine.attempts import Attempt, show
from innotter.jobs.models import Effect, JobFile, LogLine, QueueEntry
from innotter.jobs.registry import GiveUp, Stopped
from innotter.media.storage import keep_file
from innotter.text.json import writable_text

T = TypeVar("T")

LONGEST_LINE, LONGEST_STEP = 500, 200
MOST_LINES = 1000
#: Between two looks at the database for whether to stop, in seconds. What is done sooner asks for nothing.
LOOK = 0.25


class Cancelled(Stopped):
    """The owner does not want it any more."""


class LeaseLost(Stopped):
    """Somebody else has the job by now."""


class TimeIsUp(Stopped):
    """It has taken longer than its kind may."""


def kept(text: str, longest: int) -> str:
    """As much of a text as is kept, without what the database does not take."""
    return writable_text(text[:longest])


class JobRun:
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
        self.attempt.step = kept(force_str(text), LONGEST_STEP)
        self.attempt.percent = max(0, min(percent, 100))
        self.attempt.is_shown = False
        self.checkpoint()

    def log(self, text: Text) -> None:
        self.checkpoint()
        self._lines += 1
        if self._lines <= MOST_LINES:
            line = force_str(text) if self._lines < MOST_LINES else "…"
            LogLine.objects.create(job=self.job, attempt=self.attempt.leased.attempt, text=kept(line, LONGEST_LINE))

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
            raise GiveUp(_("The file of this job no longer exists."))
        return default_storage.open(str(self.job.file))

    def keep(self, name: str, content: IO[bytes], content_type: str) -> None:
        stored, size = keep_file(folder="job-results", content=content)
        self.files.append(JobFile(file=stored, name=name, content_type=content_type, size=size))
