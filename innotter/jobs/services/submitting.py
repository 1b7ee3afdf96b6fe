"""Submitting jobs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, Required, TypedDict, Unpack

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import User
from innotter.errors import Conflict, Invalid, require
from innotter.events.services import record_all
from innotter.jobs.engine.naming import check_named
from innotter.jobs.engine.queueing import enqueue
from innotter.jobs.events import JobSubmitted
from innotter.jobs.models import Job, JobDependency
from innotter.jobs.permissions import can_manage_job, can_use_jobs
from innotter.jobs.registry import target_of
from innotter.jobs.services.checking import check_handler, check_is_to_come
from innotter.jobs.services.depending import depend, hold_awaited
from innotter.jobs.services.drafts import Draft, IfExists
from innotter.jobs.services.room import check_room, hold_room
from innotter.jobs.services.uniqueness import settle
from innotter.jobs.waking import wake_after_commit
from innotter.media.storage import keep_file
from innotter.media.uploads import check_size
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
    priority: int
    time_limit: int | None
    unique_key: str
    unique_seconds: int
    limit_key: str
    if_exists: str
    after: Sequence[int]
    if_fails: str


class Stored(NamedTuple):
    """A file that is kept already: where, and what its sender calls it."""

    place: str
    name: str


def store_input(*, owner: User, file: UploadedFile[bytes]) -> Stored:
    """Check and store the file of a job that is yet to be submitted: outside of a transaction, S3 may be slow."""
    require(can_use_jobs(owner))
    check_size(file, settings.JOBS_FILE_MAX_BYTES)
    check_room(owner=owner)
    place, _size = keep_file(folder="job-inputs", content=file)
    return Stored(place, one_line(file.name or "") or "file")


def submit_job(*, owner: User, file: Stored | None = None, **wish: Unpack[Wish]) -> Job:
    """Let the platform do something: at a time that has not passed, or now. `file` comes from `store_input`.

    Gives the job that was there before, where the wish for a unique one says so.
    """
    require(can_use_jobs(owner))
    return _submit(owner, [_drafted(owner, file=file, **wish)])[0]


def submit_jobs(*, owner: User, wishes: Sequence[Wish]) -> list[Job]:
    """Submit many jobs: all, or none. What is wrong is said as `jobs.3.name`, of the first twenty at most.

    Nobody wants a thousand notifications: of these, one is told of failures only, unless the wish says otherwise.
    """
    require(can_use_jobs(owner))
    if len(wishes) > MOST_TOGETHER:
        raise Invalid(jobs=_("At most %(most)d jobs at once.") % {"most": MOST_TOGETHER})
    drafts, errors = [], dict[str, Any]()
    for number, wish in enumerate(wishes):
        try:
            quiet: Wish = {"notify": Job.Notify.FAILURE, **wish}
            drafts.append(replace(_drafted(owner, **quiet), number=number))
        except (Invalid, ValidationError) as refusal:
            errors |= {f"jobs.{number}.{field}": words for field, words in _errors(refusal).items()}
        if len(errors) >= MOST_ERRORS:
            break
    if errors:
        raise Invalid(**errors)
    return _submit(owner, drafts)


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
    return _submit(owner, [Draft(job)])[0]


def duplicate_job(*, owner: User, job: Job, scheduled_time: datetime | None = None) -> Job:
    """The same once more, now or at another time."""
    require(can_manage_job(owner, job))
    if job.open_to_bids:
        raise Conflict(_("A job for people cannot be repeated. Describe it again as a new job."))
    if check_handler(job.handler).takes_file and not job.file:
        raise Conflict(_("The file of this job no longer exists."))
    twin = Job(owner=owner, name=job.name, description=job.description, handler=job.handler)
    twin.parameters = check_handler(job.handler).read(job.parameters).model_dump(mode="json")
    twin.file.name, twin.file_name = job.file.name, job.file_name
    twin.scheduled_time = twin.due_at = _begin(scheduled_time)
    twin.max_attempts, twin.notify = settings.JOBS_MAX_ATTEMPTS, job.notify
    twin.priority, twin.time_limit = job.priority, job.time_limit
    twin.limit_key, twin.target = job.limit_key, target_of(twin.handler, twin.parameters)
    # What its parameters name is there for who follows it.
    before = dict(job.dependencies.values_list("after", "if_fails"))
    if_fails = next(iter(before.values()), JobDependency.IfFails.CANCEL)
    return _submit(owner, [Draft(twin, after=sorted(before), if_fails=if_fails)])[0]


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
    priority: int = 0,
    time_limit: int | None = None,
    unique_key: str = "",
    unique_seconds: int = 0,
    limit_key: str = "",
    if_exists: str = IfExists.REFUSE,
    after: Sequence[int] = (),
    if_fails: str = JobDependency.IfFails.CANCEL,
    file: Stored | None = None,
) -> Draft:
    """A job as it is wished for, checked and yet to be written."""
    work = check_handler(handler)
    job = Job(owner=owner, name=name.strip(), description=description.strip(), handler=handler, notify=notify)
    job.priority, job.unique_key, job.time_limit = priority, unique_key.strip(), time_limit
    if time_limit and time_limit > work.seconds:
        raise Invalid(time_limit=_("This kind of job takes at most %(most)d seconds.") % {"most": work.seconds})
    job.parameters = work.read(parameters or {}).model_dump(mode="json")
    job.limit_key, job.target = limit_key.strip(), target_of(handler, job.parameters)
    job.scheduled_time = job.due_at = _begin(scheduled_time)
    job.max_attempts = settings.JOBS_MAX_ATTEMPTS
    _check(job)
    if work.takes_file != bool(file):
        raise Invalid(file=_("Choose a file.") if work.takes_file else _("This kind of job takes no file."))
    if file:
        job.file.name, job.file_name = file
    check_named(job.parameters, after)
    return Draft(job, IfExists(if_exists), unique_seconds, after, if_fails)


def _errors(refusal: Invalid | ValidationError) -> dict[str, str]:
    fields = refusal.errors if isinstance(refusal, Invalid) else refusal.message_dict
    return {field: " ".join(words) for field, words in fields.items()}


@transaction.atomic
def _submit(owner: User, drafts: Sequence[Draft]) -> list[Job]:
    """Write jobs of one person, with their places in the queue."""
    hold_room(owner=owner, count=len(drafts))
    wanted = settle(owner=owner, drafts=drafts)
    states = hold_awaited(owner=owner, drafts=drafts)
    # One that is given back within a bulk is there twice.
    jobs = list({id(job): job for job in wanted if not job.pk}.values())
    Job.objects.bulk_create(jobs)
    record_all([JobSubmitted(job_id=job.pk, owner_id=job.owner_id, handler=job.handler) for job in jobs])
    for_platform = [job for job in jobs if not job.open_to_bids]
    enqueue(for_platform, depend(drafts=[draft for draft in drafts if draft.after and draft.job.pk], states=states))
    if any(job.due_at <= timezone.now() for job in for_platform):
        wake_after_commit()
    return wanted
