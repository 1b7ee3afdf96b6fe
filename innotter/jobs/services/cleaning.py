"""Dropping what came of jobs that finished long ago."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from innotter import rows
from innotter.jobs.models import Effect, Job, JobDependency, JobResult, LimitUse, LogLine

#: Rows that are deleted in one transaction.
PORTION = 1000


def forget_old_results() -> None:
    """Drop what came of jobs that finished long ago; the jobs themselves stay, as history. None of it is read.

    What jobs that are yet to be done may name of it stays until they are; and what a failed one has done for good is
    known, as it may be tried again.
    """
    before = timezone.now() - timedelta(days=settings.JOBS_KEPT_DAYS)
    to_come = Job.objects.filter(status__in=[Job.Status.PENDING, Job.Status.IN_PROGRESS])
    followed = JobDependency.objects.filter(after=OuterRef("pk"), job__in=to_come)
    finished = Job.objects.finished().filter(~Exists(followed), finished_at__lt=before)
    old = finished.values("pk")
    _delete(LimitUse.objects.filter(at__lt=timezone.now() - timedelta(hours=1)))
    for model in (JobResult, LogLine):
        _delete(model.objects.filter(job__in=old))
    _delete(Effect.objects.filter(job__in=finished.exclude(status=Job.Status.FAILED).values("pk")))
    Job.objects.filter(pk__in=old).exclude(file="").update(file="", file_name="")


def _delete(old: QuerySet[Any]) -> None:
    while pks := list(old.order_by("pk").values_list("pk", flat=True)[:PORTION]):
        with transaction.atomic():
            rows.delete(old.filter(pk__in=pks))
