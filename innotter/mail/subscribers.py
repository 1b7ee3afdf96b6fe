"""A written e-mail is sent at once."""

from innotter.events.domain import subscribe
from innotter.events.nudge import ask_after_commit
from innotter.mail.background import deliver_mail, deliver_mails
from innotter.mail.events import MailsWritten, MailWritten


@subscribe(MailWritten, name="mail.send_it")
def send_it(event: MailWritten) -> None:
    ask_after_commit(deliver_mail, event.mail_id)


@subscribe(MailsWritten, name="mail.send_them")
def send_them(event: MailsWritten) -> None:
    ask_after_commit(deliver_mails, event.first_mail_id, event.last_mail_id)
