"""What has not been sent: for the doctor and for Prometheus."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min
from django.utils import timezone

from innotter.mail.models import OutgoingMail


@dataclass(frozen=True)
class MailBacklog:
    """How many e-mails wait and since when the oldest does, how many were given up, and the last error of those."""

    waiting: int
    failed: int
    since: datetime | None
    error: str

    @property
    def lag_seconds(self) -> float:
        """How long the oldest has waited."""
        return max((timezone.now() - self.since).total_seconds(), 0) if self.since else 0


def mail_backlog() -> MailBacklog:
    """The e-mails that wait for their server, and those that it never took."""
    waiting = OutgoingMail.objects.waiting().aggregate(count=Count("pk"), first=Min("created_at"))
    given_up = OutgoingMail.objects.given_up()
    newest = given_up.order_by("-failed_at").values_list("error", flat=True).first()
    return MailBacklog(waiting["count"], given_up.count(), waiting["first"], newest or "")
