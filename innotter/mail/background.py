"""Sending e-mails: each one when it is written, and by sweep what was left over."""

from celery import shared_task

from innotter.mail import services


@shared_task
def deliver_mail(mail_id: int) -> None:
    """Send one e-mail."""
    services.deliver(mail_id)


@shared_task
def deliver_mails(first_id: int, last_id: int) -> None:
    """Send a batch that was written together."""
    services.deliver_due(between=(first_id, last_id))


@shared_task
def forget_old_mail() -> None:
    """Drop what went out long ago."""
    services.forget_old()


@shared_task
def deliver_due_mail() -> None:
    """Send what a lost message or a refused attempt has left."""
    services.deliver_due()
