"""Writing e-mails, and sending them once."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation

from innotter.events.services import record
from innotter.mail.events import MailWritten
from innotter.mail.models import MailboxMessage, OutgoingMail

logger = logging.getLogger(__name__)

#: How long a sender may hold a mail before another takes it up: more than the mail server's time limit.
LEASE = timedelta(seconds=30)
MAX_ATTEMPTS = 10


def is_written(key: str) -> bool:
    """Whether an e-mail for this reason exists already."""
    return OutgoingMail.objects.filter(key=key).exists()


@transaction.atomic
def send_mail(*, key: str, to: str, template: str, context: Mapping[str, Any], language: str) -> None:
    """Write an e-mail from `<template>.txt`, whose first line is the subject, and `<template>.html`; it is sent soon.

    For the same key there is one e-mail, however often this is called.
    """
    with translation.override(language):
        everything = {"site_url": settings.SITE_URL, "language": language, **context}
        subject, _, text = render_to_string(f"{template}.txt", everything).partition("\n")
        html = render_to_string(f"{template}.html", everything | {"subject": subject})
    mail, is_new = OutgoingMail.objects.get_or_create(
        key=key, defaults={"to": to, "subject": subject.strip(), "text": text.strip() + "\n", "html": html}
    )
    if is_new:
        record(MailWritten(mail_id=mail.pk))


def deliver(mail_id: int) -> None:
    """Hand an e-mail to the mail server. One that is being sent, or was, is left alone."""
    lease = {"attempts": F("attempts") + 1, "next_attempt_at": timezone.now() + LEASE}
    if not OutgoingMail.objects.due().filter(pk=mail_id).update(**lease):
        return
    mail = OutgoingMail.objects.get(pk=mail_id)
    try:
        _message(mail).send()
    except Exception as error:  # noqa: BLE001 - mail servers and clients fail in many ways; all are tried again
        logger.warning("E-mail %s could not be sent (attempt %d): %s", mail.pk, mail.attempts, error)
        _put_off(mail, error)
    else:
        mail.sent_at, mail.error, mail.text, mail.html = timezone.now(), "", "", ""
    mail.save()


def deliver_due(limit: int = 100) -> None:
    """Send what should have been sent by now."""
    for pk in list(OutgoingMail.objects.due().order_by("next_attempt_at").values_list("pk", flat=True)[:limit]):
        deliver(pk)


def put_into_mailbox(*, message_id: str, to: str, subject: str, text: str, html: str) -> None:
    """Keep an e-mail in the local mailbox; the same one twice is kept once."""
    MailboxMessage.objects.get_or_create(
        message_id=message_id, defaults={"to": to, "subject": subject, "text": text, "html": html}
    )


def _message(mail: OutgoingMail) -> EmailMultiAlternatives:
    # The Message-ID stays the same over attempts: a mail server, or mailbox, can tell a repetition.
    message_id = f"<{mail.key.replace('/', '.')}.{mail.pk}@{settings.EMAIL_DOMAIN}>"
    headers = {"Message-ID": message_id, "Auto-Submitted": "auto-generated"}
    message = EmailMultiAlternatives(mail.subject, mail.text, to=[mail.to], headers=headers)
    message.attach_alternative(mail.html, "text/html")
    return message


def _put_off(mail: OutgoingMail, error: Exception) -> None:
    mail.error = f"{type(error).__name__}: {error}"[:2000]
    if mail.attempts >= MAX_ATTEMPTS:
        mail.failed_at = timezone.now()
    else:
        mail.next_attempt_at = timezone.now() + timedelta(seconds=min(5 * 2**mail.attempts, 3600))
