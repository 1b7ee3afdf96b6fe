"""Machines whose clocks are apart: who ends an attempt may be behind who began it."""

import uuid
from datetime import timedelta

from django.utils import timezone

from innotter.events.models import Event
from innotter.jobs import engine
from innotter.jobs.models import JobResult, QueueEntry
from tests.factories.jobs import JobFactory


def test_an_attempt_that_ends_before_it_began_took_no_time(alice, settings):
    """By the clock of the machine that ends it, which is behind."""
    settings.JOBS_MAX_ATTEMPTS = 1
    job = JobFactory(owner=alice)
    now = timezone.now()
    lease = {"lease": uuid.uuid4(), "lease_until": now - timedelta(seconds=1), "attempt": 1}
    QueueEntry.objects.filter(pk=job.pk).update(**lease, started_at=now + timedelta(minutes=5))
    assert engine.take_up_abandoned() == 1
    assert JobResult.objects.get().seconds == 0
    assert Event.objects.filter(type="innotter.job.failed").get().data["milliseconds"] == 0
