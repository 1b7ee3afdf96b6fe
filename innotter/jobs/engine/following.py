"""What follows when a job has ended: those that await it are released, or cancelled with it."""

from collections import Counter
from collections.abc import Mapping

from django.db import connection
from django.db.models import Case, F, Value, When
from django.db.models.functions import Now
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from innotter.events.services import record_all
from innotter.jobs.engine.naming import find_targets
from innotter.jobs.events import JobCancelled
from innotter.jobs.models import Job, JobDependency, QueueEntry
from innotter.jobs.states import S, move
from innotter.jobs.waking import wake_after_commit

#: However long a chain is, it is found by one statement.
_BELOW = """
    WITH RECURSIVE below (job_id) AS (
        SELECT unnest(%s::bigint[])
        UNION
        SELECT edge.job_id FROM jobs_jobdependency AS edge JOIN below ON below.job_id = edge.after_id
        WHERE NOT edge.is_settled AND edge.if_fails = %s
    )
    SELECT job_id FROM below
"""


def release_followers(ended: Mapping[int, S]) -> None:
    """Called in the transaction in which these jobs have come to their ends, with where they have come."""
    while ended:
        edges = JobDependency.objects.filter(after__in=ended, is_settled=False).order_by("job", "after")
        found = list(edges.values_list("pk", "job", "after", "if_fails"))
        if not found:
            return
        JobDependency.objects.filter(pk__in=[pk for pk, *_edge in found]).update(is_settled=True)
        off = {
            job
            for _pk, job, after, if_fails in found
            if ended[after] != S.COMPLETED and if_fails == JobDependency.IfFails.CANCEL
        }
        _release(Counter(job for _pk, job, _after, _if_fails in found if job not in off))
        # Who has come meanwhile to follow one of these is found in the next round.
        ended = _cancel(_with_all_below(off))


def _with_all_below(pks: set[int]) -> set[int]:
    """These, and those that are not done if they are not, however far down."""
    if not pks:
        return pks
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, [list(pks), JobDependency.IfFails.CANCEL])
        return {pk for (pk,) in cursor.fetchall()}


def _release(counts: Counter[int]) -> None:
    """These await so many fewer; whoever awaits nobody any more is ready at its time."""
    list(QueueEntry.objects.filter(pk__in=counts).order_by("pk").select_for_update().values("pk"))
    fewer = Case(*(When(pk=pk, then=Value(count)) for pk, count in counts.items()), default=Value(0))
    QueueEntry.objects.filter(pk__in=counts, awaited__gt=0).update(awaited=F("awaited") - fewer)
    find_targets(QueueEntry.objects.filter(pk__in=counts, awaited=0).values_list("pk", flat=True))
    free = QueueEntry.objects.filter(pk__in=counts, awaited=0, lease=None, due_at__lte=Now())
    if free.update(is_ready=True):
        wake_after_commit()


def _cancel(pks: set[int]) -> dict[int, S]:
    """These are not done, as what they were to follow was not; gives those that were still to be."""
    entries = QueueEntry.objects.filter(pk__in=pks, lease=None).order_by("pk").select_for_update()
    off = list(entries.values_list("pk", flat=True))
    QueueEntry.objects.filter(pk__in=off).delete()
    jobs = Job.objects.filter(pk__in=off)
    owners = list(jobs.order_by("pk").values_list("pk", "owner_id", "owner__language"))
    for language in {language for *_owner, language in owners}:
        with translation.override(language):
            error = _("What it was to follow has failed, or is cancelled.")
        move(jobs.filter(owner__language=language), S.CANCELLED, finished_at=timezone.now(), error=error)
    record_all([JobCancelled(job_id=pk, owner_id=owner) for pk, owner, _language in owners])
    return dict.fromkeys(off, S.CANCELLED)
