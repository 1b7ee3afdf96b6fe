"""Django's e-mail backend for an installation without a mail server: everything lands in the local mailbox."""

from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import make_msgid

from innotter.mail.services import put_into_mailbox


class MailboxBackend(BaseEmailBackend):
    """Keeps one copy for each recipient."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            message_id = message.extra_headers.get("Message-ID") or make_msgid()
            html = ""
            if isinstance(message, EmailMultiAlternatives):
                html = next((str(content) for content, kind in message.alternatives if kind == "text/html"), "")
            for to in message.recipients():
                put_into_mailbox(
                    message_id=f"{message_id} {to}",
                    to=to,
                    subject=str(message.subject),
                    text=str(message.body),
                    html=html,
                )
        return len(email_messages)
