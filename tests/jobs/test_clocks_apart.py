"""Machines whose clocks are apart: who ends an attempt may be behind who began it."""

import uuid
from datetime import timedelta

from django.utils import timezone

from innotter.events.models import Event
from innotter.jobs.models import Job, JobResult
from innotter.jobs.services.ending import end_attempt
from tests.factories.jobs import JobFactory


def test_an_attempt_that_ends_before_it_began_took_no_time(alice):
    """By the clock of the machine that ends it, which is behind."""
    job = JobFactory(owner=alice)
    Job.objects.filter(pk=job.pk).update(
        status=Job.Status.IN_PROGRESS,
        lease=uuid.uuid4(),
        lease_until=timezone.now() + timedelta(minutes=1),
        started_at=timezone.now() + timedelta(minutes=5),
    )
    job.refresh_from_db()
    result = end_attempt(job=job, outcome=JobResult.Outcome.FAILED, may_retry=False)
    assert result.seconds == 0
    assert Event.objects.filter(type="innotter.job.failed").get().data["milliseconds"] == 0
