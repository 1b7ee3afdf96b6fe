"""Offers to do a job, and what is said about it."""

from typing import Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import User
from innotter.jobs.models.job import CURRENCY_LETTERS, Job, is_currency
from innotter.text.fields import ProseField

LONGEST_BID = 2000
LONGEST_COMMENT = 2000


class BidQuerySet(models.QuerySet["Bid"]):
    def readable_by(self, viewer: User) -> Self:
        """One's own offers, and all for one's own jobs."""
        return self.filter(Q(bidder=viewer) | Q(job__owner=viewer, bidder__is_blocked=False))

    def standing(self) -> Self:
        """Not taken back."""
        return self.exclude(status=Bid.Status.WITHDRAWN)


class Bid(models.Model):
    """Somebody offers to do a job, by when, and for how much."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        SELECTED = "selected", _("Selected")
        REJECTED = "rejected", _("Not selected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    job = models.ForeignKey(Job, models.CASCADE, related_name="bids")
    bidder = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="bids")
    text = ProseField(_("your offer"), max_length=LONGEST_BID)
    proposed_deadline = models.DateTimeField(_("proposed deadline"))
    fee = models.DecimalField(_("fee"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)])
    currency = models.CharField(_("currency"), max_length=CURRENCY_LETTERS, validators=[is_currency])
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = BidQuerySet.as_manager()

    class Meta:
        verbose_name = _("bid")
        verbose_name_plural = _("bids")
        constraints = [
            models.UniqueConstraint(fields=["job", "bidder"], name="bid_once_per_person"),
            models.UniqueConstraint(fields=["job"], condition=Q(status="selected"), name="bid_one_selected"),
            models.CheckConstraint(condition=Q(fee__gte=0), name="bid_fee"),
        ]
        indexes = [models.Index(fields=["bidder", "-id"], name="bid_newest_of_bidder")]

    def __str__(self) -> str:
        return f"{self.bidder_id} → {self.job_id}: {self.fee} {self.currency}"

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN


class JobCommentQuerySet(models.QuerySet["JobComment"]):
    def readable_by(self, viewer: User) -> Self:
        """What is said while a job is open to bids, to all who see the job; later, between its owner and assignee.

        Nothing of people who are blocked.
        """
        is_party = Q(author=viewer) | Q(job__owner=viewer) | Q(job__assignee=viewer)
        said = self.filter(Q(is_between_parties=False) | is_party, author__is_blocked=False)
        return said.filter(job__in=Job.objects.readable_by(viewer))


class JobComment(models.Model):
    """Something that is said about a job."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="job_comments")
    text = ProseField(_("text"), max_length=LONGEST_COMMENT)
    #: Said when the job was somebody's already: those whose bids were not selected do not read on.
    is_between_parties = models.BooleanField(default=False, db_default=False, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = JobCommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment on a job")
        verbose_name_plural = _("comments on jobs")
        indexes = [models.Index(fields=["job", "-id"], name="job_comment_newest")]

    def __str__(self) -> str:
        return self.text[:60]
