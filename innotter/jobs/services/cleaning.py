"""Dropping what came of jobs that finished long ago."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from innotter.jobs.models import Effect, Job, JobResult, LimitUse, LogLine


def forget_old_results() -> None:
    """Drop what came of jobs that finished long ago; the jobs themselves stay, as history."""
    before = timezone.now() - timedelta(days=settings.JOBS_KEPT_DAYS)
    old = Job.objects.finished().filter(finished_at__lt=before).values("pk")
    LimitUse.objects.filter(at__lt=timezone.now() - timedelta(hours=1)).delete()
    for model in (JobResult, LogLine, Effect):
        model.objects.filter(job__in=old).delete()
    Job.objects.filter(pk__in=old).exclude(file="").update(file="", file_name="")
