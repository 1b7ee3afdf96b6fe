"""Which job begins after which."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from innotter.jobs.models.job import Job

#: One job awaits no more others.
MOST_AWAITED = 20


class JobDependency(models.Model):
    """A job that begins after another has ended.

    It is written with the later of both, which names what is there already: so nothing ever awaits itself.
    """

    class IfFails(models.TextChoices):
        """What becomes of the later one when the earlier has failed or is cancelled."""

        CANCEL = "cancel", _("cancel this one")
        RUN = "run", _("run this one all the same")

    job = models.ForeignKey(Job, models.CASCADE, related_name="dependencies", db_index=False)
    after = models.ForeignKey(Job, models.CASCADE, related_name="followers", db_index=False)
    if_fails = models.CharField(max_length=6, choices=IfFails, default=IfFails.CANCEL)
    #: Whether the earlier has ended, once: tried again by hand and ended once more, it releases nobody a second time.
    is_settled = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "after"], name="job_dependency_once"),
            models.CheckConstraint(condition=Q(job__gt=F("after")), name="job_dependency_without_circles"),
        ]
        indexes = [models.Index(fields=["after", "job"], name="job_dependency_followers")]

    def __str__(self) -> str:
        return f"{self.job_id} after {self.after_id}"
