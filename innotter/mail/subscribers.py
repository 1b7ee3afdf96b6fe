"""A written e-mail is sent at once."""

from functools import partial

from django.db import transaction

from innotter.events.domain import subscribe
from innotter.mail.background import deliver_mail
from innotter.mail.events import MailWritten


@subscribe(MailWritten)
def send_it(event: MailWritten) -> None:
    transaction.on_commit(partial(deliver_mail.delay, event.mail_id), robust=True)
