"""What happens to e-mails."""

from dataclasses import dataclass

from innotter.events.domain import DomainEvent


@dataclass(frozen=True, kw_only=True)
class MailWritten(DomainEvent):
    """An e-mail waits to be sent."""

    is_public = False
    type = "innotter.mail.written"
    about = "mail_id"
    mail_id: int


@dataclass(frozen=True, kw_only=True)
class MailsWritten(DomainEvent):
    """Many e-mails wait to be sent: those of these ids, both included, that still wait."""

    is_public = False
    type = "innotter.mail.many_written"
    about = "first_mail_id"
    first_mail_id: int
    last_mail_id: int
