"""Sending e-mails: each one when it is written, and by sweep what was left over."""

from celery import shared_task

from innotter.events.watch import look_out
from innotter.mail import services
from innotter.mail.models import OutgoingMail

#: For how many seconds e-mails are sent at a time, so that what is written meanwhile gets its turn: a one-time code
#: does not wait for an announcement to thousands.
SPAN = 1.0


@shared_task
def deliver_mail(mail_id: int) -> None:
    """Send one e-mail."""
    services.deliver(mail_id)


@shared_task
def deliver_mails(first_id: int, last_id: int) -> None:
    """Send a batch that was written together, for a while; the rest of it comes after what was written meanwhile."""
    if rest := services.deliver_due(between=(first_id, last_id), seconds=SPAN):
        deliver_mails.delay(rest, last_id)


@shared_task
def forget_old_mail() -> None:
    """Drop what went out long ago."""
    services.forget_old()


@shared_task
def deliver_due_mail() -> None:
    """Send what a lost message or a refused attempt has left."""
    services.deliver_due(seconds=SPAN)


look_out(deliver_due_mail, every=5.0, is_due=lambda: OutgoingMail.objects.due().exists())
