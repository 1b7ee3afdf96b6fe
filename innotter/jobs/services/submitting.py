"""Submitting jobs, and changing one's mind about them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, Required, TypedDict, Unpack

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User
from innotter.errors import Conflict, Invalid, require
from innotter.events.services import record, record_all
from innotter.jobs.engine.queueing import enqueue
from innotter.jobs.events import JobCancelled, JobRetried, JobSubmitted
from innotter.jobs.models import Job, QueueEntry
from innotter.jobs.permissions import can_manage_job, can_use_jobs
from innotter.jobs.registry import Handler, handler_named
from innotter.jobs.services.checking import check_is_to_come
from innotter.jobs.services.room import check_room, hold_room
from innotter.jobs.states import S, move, must_move
from innotter.jobs.waking import wake_runner
from innotter.media.storage import keep_file
from innotter.text.cleaning import one_line

#: How many jobs are submitted at once, and of how many faults in them one is told.
MOST_TOGETHER, MOST_ERRORS = 1000, 20


class Wish(TypedDict, total=False):
    """What is to be done: `name` and `handler` must be there."""

    name: Required[str]
    handler: Required[str]
    parameters: Mapping[str, Any]
    description: str
    scheduled_time: datetime
    notify: str


class Stored(NamedTuple):
    """A file that is kept already: where, and what its sender calls it."""

    place: str
    name: str


def store_input(*, owner: User, file: UploadedFile[bytes]) -> Stored:
    """Check and store the file of a job that is yet to be submitted: outside of a transaction, S3 may be slow."""
    require(can_use_jobs(owner))
    if (file.size or 0) > settings.JOBS_FILE_MAX_BYTES:
        most = settings.JOBS_FILE_MAX_BYTES // 1_000_000
        raise Invalid(file=_("This file is too large. Choose one of at most %(most)d MB.") % {"most": most})
    check_room(owner=owner)
    place, _size = keep_file(folder="job-inputs", content=file)
    return Stored(place, one_line(file.name or "") or "file")


def submit_job(*, owner: User, file: Stored | None = None, **wish: Unpack[Wish]) -> Job:
    """Let the platform do something: at a time that has not passed, or now. `file` comes from `store_input`."""
    require(can_use_jobs(owner))
    job = _drafted(owner, file=file, **wish)
    _submit([job])
    return job


def submit_jobs(*, owner: User, wishes: Sequence[Wish]) -> list[Job]:
    """Submit many jobs: all, or none. What is wrong is said as `jobs.3.name`, of the first twenty at most.

    Nobody wants a thousand notifications: of these, one is told of failures only, unless the wish says otherwise.
    """
    require(can_use_jobs(owner))
    if len(wishes) > MOST_TOGETHER:
        raise Invalid(jobs=_("At most %(most)d jobs at once.") % {"most": MOST_TOGETHER})
    jobs, errors = [], dict[str, Any]()
    for number, wish in enumerate(wishes):
        try:
            quiet: Wish = {"notify": Job.Notify.FAILURE, **wish}
            jobs.append(_drafted(owner, **quiet))
        except (Invalid, ValidationError) as refusal:
            errors |= {f"jobs.{number}.{field}": words for field, words in _errors(refusal).items()}
        if len(errors) >= MOST_ERRORS:
            break
    if errors:
        raise Invalid(**errors)
    _submit(jobs)
    return jobs


def open_job(
    *,
    owner: User,
    name: str,
    deadline: datetime,
    description: str = "",
    budget: Decimal | None = None,
    currency: str = "",
) -> Job:
    """Let people bid for something that is to be done by a time."""
    require(can_use_jobs(owner))
    job = Job(owner=owner, name=name.strip(), description=description.strip(), open_to_bids=True)
    job.deadline = job.scheduled_time = check_is_to_come(deadline, "deadline")
    job.budget, job.currency = budget, currency.upper() if budget is not None else ""
    if budget is not None and not job.currency:
        raise Invalid(currency=_("Say in which currency."))
    _check(job)
    _submit([job])
    return job


def duplicate_job(*, owner: User, job: Job, scheduled_time: datetime | None = None) -> Job:
    """The same once more, now or at another time."""
    require(can_manage_job(owner, job))
    if job.open_to_bids:
        raise Conflict(_("A job for people cannot be repeated. Describe it again as a new job."))
    twin = Job(owner=owner, name=job.name, description=job.description, handler=job.handler)
    twin.parameters = _known(job.handler).read(job.parameters).model_dump(mode="json")
    twin.file.name, twin.file_name = job.file.name, job.file_name
    twin.scheduled_time = twin.due_at = _begin(scheduled_time)
    twin.max_attempts, twin.notify = settings.JOBS_MAX_ATTEMPTS, job.notify
    _submit([twin])
    return twin


@transaction.atomic
def run_now(*, owner: User, job: Job) -> None:
    """Begin a waiting job at once instead of at its time."""
    require(can_manage_job(owner, job))
    now = timezone.now()
    if not QueueEntry.objects.filter(pk=job.pk, lease=None).update(due_at=now, is_ready=True):
        raise Conflict(_("This job does not wait any more."))
    Job.objects.filter(pk=job.pk).update(due_at=now, scheduled_time=now)
    _wake()


@transaction.atomic
def retry_job(*, owner: User, job: Job) -> None:
    """Give a failed job another round of attempts."""
    require(can_manage_job(owner, job))
    if job.open_to_bids:
        raise Conflict(_("A job for people cannot be repeated. Describe it again as a new job."))
    hold_room(owner=owner)
    attempts = F("attempt") + settings.JOBS_MAX_ATTEMPTS
    changes = {"due_at": timezone.now(), "max_attempts": attempts, "finished_at": None, "percent": 0, "step": ""}
    if not move(Job.objects.filter(pk=job.pk), S.PENDING, came_from=S.FAILED, **changes):
        raise Conflict(_("Only a failed job can be tried again."))
    enqueue([Job.objects.get(pk=job.pk)])
    record(JobRetried(job_id=job.pk, owner_id=owner.pk))
    _wake()


@transaction.atomic
def cancel_job(*, owner: User, job: Job) -> bool:
    """Take a job back. One that is running is told to stop, and does so at its next checkpoint: then this is False."""
    require(can_manage_job(owner, job))
    now = timezone.now()
    if not job.open_to_bids:
        # Held, so that no worker begins it between the look and the move.
        entry = _held_entry(job)
        if entry.lease:
            Job.objects.filter(pk=job.pk).update(cancel_requested_at=now)
            return False
        entry.delete()
    must_move(job, S.CANCELLED, finished_at=now)
    record(JobCancelled(job_id=job.pk, owner_id=job.owner_id))
    return True


def _held_entry(job: Job) -> QueueEntry:
    try:
        return rows.hold(QueueEntry.objects.all(), job.pk, to_delete=True)
    except rows.Gone:
        raise Conflict(_("This job has moved on. Reload to see where it stands.")) from None


def _known(name: str) -> Handler:
    if (found := handler_named(name)) is None:
        raise Invalid(handler=_("There is no such kind of job."))
    return found


def _begin(time: datetime | None) -> datetime:
    return check_is_to_come(time, "scheduled_time") if time else timezone.now()


def _check(job: Job) -> None:
    job.clean_fields(exclude={"owner", "file", "parameters"})


def _drafted(
    owner: User,
    *,
    name: str,
    handler: str,
    parameters: Mapping[str, Any] | None = None,
    description: str = "",
    scheduled_time: datetime | None = None,
    notify: str = Job.Notify.ALWAYS,
    file: Stored | None = None,
) -> Job:
    """A job as it is wished for, checked and yet to be written."""
    work = _known(handler)
    job = Job(owner=owner, name=name.strip(), description=description.strip(), handler=handler, notify=notify)
    job.parameters = work.read(parameters or {}).model_dump(mode="json")
    job.scheduled_time = job.due_at = _begin(scheduled_time)
    job.max_attempts = settings.JOBS_MAX_ATTEMPTS
    _check(job)
    if work.takes_file != bool(file):
        raise Invalid(file=_("Choose a file.") if work.takes_file else _("This kind of job takes no file."))
    if file:
        job.file.name, job.file_name = file
    return job


def _errors(refusal: Invalid | ValidationError) -> dict[str, str]:
    fields = refusal.errors if isinstance(refusal, Invalid) else refusal.message_dict
    return {field: " ".join(words) for field, words in fields.items()}


@transaction.atomic
def _submit(jobs: Sequence[Job]) -> None:
    """Write jobs of one person, with their places in the queue."""
    hold_room(owner=jobs[0].owner, count=len(jobs))
    Job.objects.bulk_create(jobs)
    record_all([JobSubmitted(job_id=job.pk, owner_id=job.owner_id, handler=job.handler) for job in jobs])
    for_platform = [job for job in jobs if not job.open_to_bids]
    enqueue(for_platform)
    if any(job.due_at <= timezone.now() for job in for_platform):
        _wake()


def _wake() -> None:
    transaction.on_commit(wake_runner, robust=True)
