"""A written e-mail is sent at once."""

from functools import partial

from django.db import transaction

from innotter.events.domain import subscribe
from innotter.mail.background import deliver_mail, deliver_mails
from innotter.mail.events import MailsWritten, MailWritten


@subscribe(MailWritten, name="mail.send_it")
def send_it(event: MailWritten) -> None:
    transaction.on_commit(partial(deliver_mail.delay, event.mail_id), robust=True)


@subscribe(MailsWritten, name="mail.send_them")
def send_them(event: MailsWritten) -> None:
    send = partial(deliver_mails.delay, event.first_mail_id, event.last_mail_id)
    transaction.on_commit(send, robust=True)
