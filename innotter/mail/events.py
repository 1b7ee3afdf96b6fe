"""What happens to e-mails."""

from dataclasses import dataclass

from innotter.events.domain import DomainEvent


@dataclass(frozen=True, kw_only=True)
class MailWritten(DomainEvent):
    """An e-mail waits to be sent."""

    type = "innotter.mail.written"
    about = "mail_id"
    mail_id: int
