"""Handing in what one has done for somebody, and deciding on it."""

from collections.abc import Sequence

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User
from innotter.errors import Conflict, Invalid, require
from innotter.events.services import record
from innotter.jobs.engine.ending import facts_of_end
from innotter.jobs.events import JobCompleted, JobDelivered, JobReturned
from innotter.jobs.models import Job, JobFile, JobResult
from innotter.jobs.permissions import can_deliver, can_manage_job
from innotter.jobs.states import S, must_move
from innotter.media.storage import keep_file
from innotter.media.uploads import check_size
from innotter.text.cleaning import many_lines, one_line

MOST_FILES = 10
LONGEST_DELIVERY, LONGEST_WISH = 20_000, 2000

Outcome = JobResult.Outcome


def deliver_job(*, assignee: User, job: Job, text: str, file: Sequence[UploadedFile[bytes]] = ()) -> JobResult:
    """Hand in a result: words, files, or both. The owner decides on it."""
    require(can_deliver(assignee, Job.objects.get(pk=job.pk)))
    text = many_lines(text).strip()
    if not text and not file:
        raise Invalid(text=_("Write what you have done, or add a file."))
    if len(text) > LONGEST_DELIVERY:
        raise Invalid(text=_("This is too long. Put it into a file."))
    if len(file) > MOST_FILES:
        raise Invalid(file=_("At most %(most)d files.") % {"most": MOST_FILES})
    for one in file:
        check_size(one, settings.JOBS_FILE_MAX_BYTES)
    _check_nothing_waits(job)
    # Before the transaction: S3 may be slow, and holds nobody up.
    return _deliver(assignee, job, text, [_kept(one) for one in file])


def _kept(file: UploadedFile[bytes]) -> JobFile:
    stored, size = keep_file(folder="job-results", content=file)
    # What the sender calls it is not believed: it is handed out as bytes to be saved.
    return JobFile(
        file=stored, name=one_line(file.name or "") or "file", content_type="application/octet-stream", size=size
    )


@transaction.atomic
def _deliver(assignee: User, job: Job, text: str, files: list[JobFile]) -> JobResult:
    job = rows.hold(Job.objects.all(), job.pk)
    if not can_deliver(assignee, job):
        raise Conflict(_("There is nothing to deliver now."))
    _check_nothing_waits(job)
    result = JobResult(job=job, attempt=job.attempt, outcome=Outcome.DELIVERED, output=text, started_at=job.started_at)
    result.save(force_insert=True)
    for file in files:
        file.result = result
    JobFile.objects.bulk_create(files)
    record(JobDelivered(job_id=job.pk, result_id=result.pk))
    return result


def _check_nothing_waits(job: Job) -> None:
    if job.results.filter(outcome=Outcome.DELIVERED).exists():
        raise Conflict(_("There is nothing to deliver now."))


@transaction.atomic
def accept_delivery(*, owner: User, job: Job) -> None:
    """Take what was delivered: the job is done."""
    result = _delivered(owner, job)
    JobResult.objects.filter(pk=result.pk).update(outcome=Outcome.COMPLETED)
    must_move(job, S.COMPLETED, finished_at=timezone.now(), percent=100)
    record(JobCompleted(**facts_of_end(job=job, result=result)))


@transaction.atomic
def return_delivery(*, owner: User, job: Job, reason: str) -> None:
    """Ask for changes, and say which."""
    reason = many_lines(reason).strip()
    if not reason:
        raise Invalid(reason=_("Say what should be changed."))
    result = _delivered(owner, job)
    JobResult.objects.filter(pk=result.pk).update(outcome=Outcome.RETURNED, error_message=reason[:2000])
    Job.objects.filter(pk=job.pk).update(attempt=result.attempt + 1, started_at=timezone.now())
    record(JobReturned(job_id=job.pk, result_id=result.pk))


def _delivered(owner: User, job: Job) -> JobResult:
    """What waits for the owner's decision."""
    require(can_manage_job(owner, job))
    rows.hold(Job.objects.all(), job.pk)
    result = JobResult.objects.filter(job=job, outcome=Outcome.DELIVERED, job__status=S.IN_PROGRESS).first()
    if result is None:
        raise Conflict(_("There is nothing to decide on now."))
    return result
