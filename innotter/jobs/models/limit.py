"""Limits: how many jobs at a time, and how many in a minute; and queues that rest."""

from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import User
from innotter.audit.models import LONGEST_REASON
from innotter.jobs.models.job import LONGEST_KIND, Job
from innotter.jobs.registry import LONGEST_TARGET
from innotter.outbound.addresses import host_of
from innotter.text.fields import LineField, ProseField

#: The most that a limit allows: whoever wants more wants no limit.
MOST_AT_ONCE, MOST_PER_MINUTE = 1000, 1000


@lru_cache(maxsize=1000)
def _as_host(key: str) -> str:
    """A host as jobs note it, in whatever script and letters it is named, with a port or a path behind it."""
    return host_of(f"//{key}")


class Counted(NamedTuple):
    """What of a job decides against which limits it counts."""

    owner_id: int
    handler: str
    limit_key: str
    target: str

    @classmethod
    def of(cls, job: Job) -> Self:
        return cls(job.owner_id, job.handler, job.limit_key, job.target)


class JobLimitQuerySet(models.QuerySet["JobLimit"]):
    def readable_by(self, person: User) -> Self:
        """A person's own, and those that hold for everybody."""
        return self.holding_for([person.pk])

    def holding_for(self, people: Collection[int]) -> Self:
        """Those that may count a job of these people, by their numbers."""
        return self.filter(Q(owner__in=people) | Q(owner=None))


class JobLimit(models.Model):
    """At most so many jobs at a time, or begun in any minute.

    It counts jobs of one kind, or of all; with one key, or with any. What it counts, it counts together, or for each
    key or each person apart. A job begins when all limits that count it allow it.
    """

    class Each(models.TextChoices):
        TOGETHER = "together", _("all together")
        KEY = "key", _("each key separately")
        PERSON = "person", _("each person separately")

    #: Whose jobs it counts; everybody's, if nobody is named.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="job_limits", null=True, blank=True, db_index=False
    )
    handler = models.CharField(_("kind"), max_length=LONGEST_KIND, blank=True, default="")
    key = LineField(_("key"), max_length=LONGEST_TARGET, blank=True, default="")
    each = models.CharField(_("counted"), max_length=8, choices=Each, default=Each.TOGETHER)
    at_once = models.PositiveIntegerField(
        _("at a time"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MOST_AT_ONCE)]
    )
    per_minute = models.PositiveIntegerField(
        _("in a minute"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MOST_PER_MINUTE)]
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now)

    objects = JobLimitQuerySet.as_manager()

    class Meta:
        verbose_name = _("limit")
        verbose_name_plural = _("limits")
        constraints = [
            models.CheckConstraint(
                condition=Q(at_once__isnull=False) | Q(per_minute__isnull=False), name="limit_limits_something"
            ),
            models.CheckConstraint(condition=Q(owner=None) | ~Q(each="person"), name="limit_each_person_of_all"),
            models.UniqueConstraint(
                fields=["owner", "handler", "key", "each"], condition=Q(owner__isnull=False), name="limit_once_of_owner"
            ),
            models.UniqueConstraint(
                fields=["handler", "key", "each"], condition=Q(owner=None), name="limit_once_of_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handler or '*'}/{self.key or '*'}"

    @property
    def is_for_everybody(self) -> bool:
        return self.owner_id is None

    def group_of(self, job: Counted) -> str | None:
        """Together with which others a job counts here; None if it does not.

        What holds for everybody looks at where a job goes, and not at the key that its owner has given it.
        """
        if self.owner_id not in {None, job.owner_id} or self.handler not in {"", job.handler}:
            return None
        key = job.target if self.is_for_everybody else job.limit_key or job.target
        named = _as_host(self.key) if key == job.target else self.key
        if self.key and (not key or key != named):
            return None
        return {self.Each.KEY: key, self.Each.PERSON: str(job.owner_id)}.get(self.Each(self.each), "")


class LimitUse(models.Model):
    """A job has begun that counts against a limit: kept for a minute."""

    limit = models.ForeignKey(JobLimit, models.CASCADE, related_name="uses", db_index=False)
    group = models.CharField(max_length=LONGEST_TARGET, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["limit", "at"], name="limit_use_newest")]

    def __str__(self) -> str:
        return f"{self.limit_id}/{self.group} at {self.at}"


class QueuePause(models.Model):
    """The jobs of a kind rest, or all jobs: what has begun goes on, and what waits, waits."""

    #: Nothing: all kinds.
    handler = models.CharField(_("kind"), max_length=LONGEST_KIND, unique=True, blank=True)
    reason = ProseField(_("reason"), max_length=LONGEST_REASON, blank=True)
    paused_at = models.DateTimeField(default=timezone.now)
    #: It is over; the row goes when all that it has held back is back in the queue.
    resumed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("paused queue")
        verbose_name_plural = _("paused queues")

    def __str__(self) -> str:
        return self.handler or "*"
