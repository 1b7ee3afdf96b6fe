"""What the platform has to do: a narrow row for each job that it has not ended yet."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from innotter.jobs.models.job import LONGEST_KEY, Job


class QueueEntry(models.Model):
    """A job's place in the queue: from the moment it is submitted until it has ended, between its attempts too.

    This row is written several times for each attempt, so it is small and has few indexes; the wide row of the job is
    written when it is submitted, when it ends, and when an attempt takes so long that people may look at it.
    Whoever holds the lease may end the attempt: nobody else.
    """

    job = models.OneToOneField(Job, models.CASCADE, primary_key=True, related_name="entry")
    #: As on the job. Not a foreign key: it goes with the job, and has no index of its own.
    owner_id = models.BigIntegerField()
    #: Whether it is done one of many in a row, or by a hand that has nothing else to do meanwhile.
    is_quick = models.BooleanField(default=False)
    #: Whether its time has come. Set when that is noticed, so that those who look for work look among these alone.
    is_ready = models.BooleanField(default=False)
    #: Whether its kind rests: set when somebody would have begun it.
    is_paused = models.BooleanField(default=False, db_default=False)
    due_at = models.DateTimeField(default=timezone.now)
    #: As on the job, like the key.
    priority = models.SmallIntegerField(default=0)
    unique_key = models.CharField(max_length=LONGEST_KEY, blank=True, default="")
    #: Of how many other jobs the end is awaited; until then it is not ready, whatever its time.
    awaited = models.PositiveSmallIntegerField(default=0)
    #: The number of the current attempt, or of the last one.
    attempt = models.PositiveIntegerField(default=0)
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(lease=None, lease_until=None) | Q(lease__isnull=False, lease_until__isnull=False),
                name="queue_lease_ends",
            ),
            models.UniqueConstraint(
                fields=["owner_id", "unique_key"], condition=~Q(unique_key=""), name="queue_key_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["is_quick", "owner_id", "-priority", "due_at", "job"],
                condition=Q(is_ready=True, is_paused=False, lease=None),
                name="queue_ready",
            ),
            models.Index(fields=["due_at"], condition=Q(is_ready=False, lease=None, awaited=0), name="queue_later"),
            models.Index(fields=["job"], condition=Q(is_paused=True), name="queue_paused"),
            # Without the end of the lease: a heartbeat then writes into no index.
            models.Index(fields=["owner_id"], condition=Q(lease__isnull=False), name="queue_leased"),
        ]

    def __str__(self) -> str:
        return f"{self.job_id}: attempt {self.attempt}"
