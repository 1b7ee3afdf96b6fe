"""What has not been sent: for the doctor and for Prometheus."""

from django.db.models import Count, Min

from innotter.events.queries import Backlog
from innotter.mail.models import OutgoingMail


def mail_backlog() -> Backlog:
    """The e-mails that wait for their server and those that it never took, with the last error of these."""
    waiting = OutgoingMail.objects.waiting().aggregate(count=Count("pk"), first=Min("created_at"))
    given_up = OutgoingMail.objects.given_up()
    newest = given_up.order_by("-failed_at").values_list("error", flat=True).first()
    return Backlog("e-mails", waiting["count"], given_up.count(), waiting["first"], newest or "")
