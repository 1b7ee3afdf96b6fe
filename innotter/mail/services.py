"""Writing e-mails, and sending them once."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused
from typing import Any

from anymail.exceptions import AnymailInvalidAddress, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import Error, connection, transaction
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation

from innotter.events.services import record
from innotter.mail.events import MailsWritten, MailWritten
from innotter.mail.models import LONGEST_PAUSE, WITHDRAWN, MailboxMessage, OutgoingMail, OutgoingMailQuerySet
from innotter.site.current import current_site

logger = logging.getLogger(__name__)

#: How long a sender that says nothing holds a mail before another takes it up. One that is at it renews that, however
#: long its mail server takes for a dozen steps with a time limit each, but no longer than `LONGEST_SENDING`.
LEASE, LONGEST_SENDING = timedelta(seconds=30), timedelta(minutes=10)
#: How often an e-mail is tried that its server refuses, and one whose server is away: over five days, as RFC 5321
#: (4.5.4.1) asks for.
MAX_REFUSALS, MAX_ATTEMPTS = 10, 130
#: What a mail server says of an e-mail and not of itself.
REFUSALS = (SMTPRecipientsRefused, SMTPDataError, AnymailRecipientsRefused, AnymailInvalidAddress, ValueError)
#: The same in Amazon's words.
REFUSALS_OF_SES = {"MessageRejected", "BadRequestException"}
#: A mail server that says nothing to so many e-mails in a row is left alone for a while by each process: an attempt
#: holds one of few hands for as long as the time limit, and everybody else's work waits for them.
MOST_SILENT, REST = 2, timedelta(minutes=1)
#: What is noted of an e-mail whose senders all have ended over it.
ENDED = "Whoever sent it was ended each time."
LONGEST_SUBJECT = 250
#: Rows that are deleted together.
PORTION = 1000


@dataclass(frozen=True, kw_only=True)
class Letter:
    """An e-mail to be written from `<template>.txt`, whose first line is the subject, and `<template>.html`."""

    #: Why it is sent: for the same reason there is one e-mail.
    key: str
    to: str
    template: str
    context: Mapping[str, Any]
    language: str
    unsubscribe_url: str = ""
    #: Whether it is written again where one for the same reason was withdrawn before it was sent.
    again: bool = False
    #: What is asked about before it is sent: the name of an `@asked_before_sending`, and what that needs to know.
    about: tuple[str, Mapping[str, Any]] | None = None


#: Says to which address an e-mail may be sent now: its reader may have another since. Empty when it may not be sent:
#: what it tells of is gone or not for them, or they want no more of its kind. What it is asked about has `to`, too.
Asked = Callable[[Mapping[str, Any]], str]
_asked: dict[str, Asked] = {}


def asked_before_sending(name: str) -> Callable[[Asked], Asked]:
    """Let the function be asked before an e-mail about something of its own is sent."""

    def remember(asked: Asked) -> Asked:
        _asked[name] = asked
        return asked

    return remember


def is_written(key: str) -> bool:
    """Whether an e-mail for this reason exists already."""
    return OutgoingMail.objects.filter(key=key).exists()


def send_mail(**letter: Any) -> None:
    """Write one e-mail, of the parts of a `Letter`; it is sent soon. For the same key there is one, however often."""
    send_mails(letters=[Letter(**letter)])


@transaction.atomic
def send_mails(*, letters: Sequence[Letter]) -> None:
    """Write e-mails, which are sent soon; those whose keys are there already are left out."""
    for letter in letters:
        if letter.again:
            _forget_withdrawn(letter.key)
    known = set(OutgoingMail.objects.filter(key__in=[letter.key for letter in letters]).values_list("key", flat=True))
    new = [_written(letter) for letter in letters if letter.key not in known]
    if len(new) == 1:
        # Of two that write it at the same moment, one does.
        mail, is_new = OutgoingMail.objects.get_or_create(key=new[0].key, defaults=_defaults(new[0]))
        if is_new:
            record(MailWritten(mail_id=mail.pk))
    elif new:
        ids = [mail.pk for mail in OutgoingMail.objects.bulk_create(new)]
        record(MailsWritten(first_mail_id=min(ids), last_mail_id=max(ids)))


def _forget_withdrawn(key: str) -> None:
    """Let an e-mail be written again if all that were for this reason, and written anew, were withdrawn."""
    before = OutgoingMail.objects.filter(Q(key=key) | Q(key__startswith=f"{key}/"))
    if not before.exclude(sent_at=None, error=WITHDRAWN).exists():
        before.delete()


@transaction.atomic
def withdraw(*, key_prefix: str) -> None:
    """Do not send what still waits for reasons that begin so: what it tells of is gone."""
    _withdraw(OutgoingMail.objects.filter(key__startswith=key_prefix))


def _withdraw(mails: QuerySet[OutgoingMail]) -> None:
    waiting = mails.filter(sent_at=None, failed_at=None)
    waiting.update(failed_at=timezone.now(), error=WITHDRAWN, text="", html="")


class Silence:
    """Remembers how often in a row the mail server has said nothing."""

    def __init__(self) -> None:
        self._times, self._over_at = 0, timezone.now()

    @property
    def is_kept(self) -> bool:
        """Whether it is left alone now; after that one e-mail is tried."""
        # Not longer than that, also if the clock is set back.
        return self._times >= MOST_SILENT and timedelta() < self._over_at - timezone.now() <= REST

    def note(self, error: Exception | None) -> None:
        """Take in what came of an e-mail."""
        self._times = self._times + 1 if _is_of_silence(error) else 0
        if self._times >= MOST_SILENT:
            self._over_at = timezone.now() + REST


def _is_of_silence(error: BaseException | None) -> bool:
    """Whether it began with a time limit: smtplib and Amazon's client tell of that in errors of their own."""
    while error and not isinstance(error, TimeoutError):
        error = error.__context__
    return error is not None


silence = Silence()


def deliver(mail_id: int) -> None:
    """Hand an e-mail to the mail server. One that is being sent, or was, is left alone, and all while it is silent."""
    if silence.is_kept:
        return
    lease = {"attempts": F("attempts") + 1, "next_attempt_at": timezone.now() + LEASE}
    if not OutgoingMail.objects.due().filter(pk=mail_id).update(**lease):
        return
    mail = OutgoingMail.objects.get(pk=mail_id)
    if mail.attempts > MAX_ATTEMPTS:  # Whoever made the last one has died of it, and noted nothing.
        _waiting(mail).update(failed_at=timezone.now(), error=mail.error or ENDED)
        return
    try:
        to = _address_now(mail)
        if not to:
            _withdraw(OutgoingMail.objects.filter(pk=mail.pk))
            return
        if to != mail.to:
            OutgoingMail.objects.filter(pk=mail.pk).update(to=to)
            mail.to = to
        with _held(mail):
            _message(mail).send()
    except Exception as error:  # noqa: BLE001 - mail servers and clients fail in many ways; all are tried again
        logger.warning("E-mail %s could not be sent (attempt %d): %s", mail.pk, mail.attempts, error)
        # Compared and set: what was withdrawn while the mail server was slow stays so, and is not tried again.
        _waiting(mail).filter(attempts=mail.attempts).update(**_put_off(mail, error))
        silence.note(error)
    else:
        silence.note(None)
        # Also if another has taken it up meanwhile: it is sent, and nobody is to send it once more.
        _waiting(mail).update(sent_at=timezone.now(), error="", text="", html="")


def _waiting(mail: OutgoingMail) -> OutgoingMailQuerySet:
    return OutgoingMail.objects.waiting().filter(pk=mail.pk)


@contextmanager
def _held(mail: OutgoingMail) -> Iterator[None]:
    """Renew the lease of a mail, on a thread of its own, until the block ends."""
    is_over, pause = threading.Event(), LEASE / 3

    def renew() -> None:
        for _time in range(LONGEST_SENDING // pause):
            if is_over.wait(pause.total_seconds()):
                return
            with suppress(Error):  # The database is away; it may be back before the lease is over.
                _waiting(mail).filter(attempts=mail.attempts).update(next_attempt_at=timezone.now() + LEASE)
            connection.close()

    threading.Thread(target=renew, name="mail", daemon=True).start()
    try:
        yield
    finally:
        is_over.set()


def _address_now(mail: OutgoingMail) -> str:
    """A page may have turned private, a person been blocked or changed their address, since it was written.

    What another version has written waits until that version is there again: nobody here knows whether it may be sent.
    """
    if mail.about is None:
        return mail.to
    if (asked := _asked.get(mail.about["asked"])) is None:
        raise LookupError(f"Nobody knows of “{mail.about['asked']}” whether it may be sent.")
    return asked(mail.about | {"to": mail.to})


def deliver_due(limit: int = 1000, between: tuple[int, int] | None = None, seconds: float | None = None) -> int | None:
    """Send what should have been sent by now: everything, or the e-mails between two ids.

    When that takes longer than `seconds`, the rest is left, and the id of the first of it returned.
    """
    due = OutgoingMail.objects.due()
    if between:
        due = due.filter(pk__range=between)
    begun = time.monotonic()
    for pk in list(due.order_by("pk" if between else "next_attempt_at").values_list("pk", flat=True)[:limit]):
        if seconds is not None and time.monotonic() - begun > seconds:
            return int(pk)
        deliver(pk)
    return None


def try_again(*, mails: Sequence[OutgoingMail]) -> int:
    """Give e-mails that were given up another round of attempts, from now on; says how many."""
    given_up = OutgoingMail.objects.given_up().filter(pk__in=[mail.pk for mail in mails])
    return given_up.update(failed_at=None, attempts=0, next_attempt_at=timezone.now())


def forget_old() -> None:
    """Drop e-mails that were written long ago, unless they still wait, and old ones in the local mailbox."""
    before = timezone.now() - timedelta(days=settings.MAIL_KEPT_DAYS)
    for old in (
        OutgoingMail.objects.filter(created_at__lt=before).exclude(sent_at=None, failed_at=None),
        MailboxMessage.objects.filter(sent_at__lt=before),
    ):
        while old.filter(pk__in=list(old.order_by("pk").values_list("pk", flat=True)[:PORTION])).delete()[0]:
            pass


def put_into_mailbox(*, message_id: str, to: str, subject: str, text: str, html: str) -> None:
    """Keep an e-mail in the local mailbox; the same one twice is kept once."""
    MailboxMessage.objects.get_or_create(
        message_id=message_id, defaults={"to": to, "subject": subject, "text": text, "html": html}
    )


def _written(letter: Letter) -> OutgoingMail:
    with translation.override(letter.language):
        context = {
            "site": current_site(),
            "site_url": settings.SITE_URL,
            "language": letter.language,
            "unsubscribe_url": letter.unsubscribe_url,
            **letter.context,
        }
        subject, _, text = render_to_string(f"{letter.template}.txt", context).partition("\n")
        html = render_to_string(f"{letter.template}.html", context | {"subject": subject})
    return OutgoingMail(
        key=letter.key,
        to=letter.to,
        subject=subject.strip()[:LONGEST_SUBJECT],
        text=text.strip() + "\n",
        html=html,
        unsubscribe_url=letter.unsubscribe_url,
        about={"asked": letter.about[0], **letter.about[1]} if letter.about else None,
    )


def _defaults(mail: OutgoingMail) -> dict[str, Any]:
    return {field: getattr(mail, field) for field in ("to", "subject", "text", "html", "unsubscribe_url", "about")}


def _message(mail: OutgoingMail) -> EmailMultiAlternatives:
    # The Message-ID stays the same over attempts: a mail server, or mailbox, can tell a repetition.
    message_id = f"<{mail.key.replace('/', '.')}.{mail.pk}@{settings.EMAIL_DOMAIN}>"
    headers = {"Message-ID": message_id, "Auto-Submitted": "auto-generated"}
    if mail.unsubscribe_url:
        # One click, in the mail program itself (RFC 8058).
        headers |= {
            "List-Unsubscribe": f"<{mail.unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    message = EmailMultiAlternatives(mail.subject, mail.text, to=[mail.to], headers=headers)
    message.attach_alternative(mail.html, "text/html")
    return message


def _put_off(mail: OutgoingMail, error: Exception) -> dict[str, Any]:
    """What is noted of a failure: when it is tried again, or that it is given up."""
    failure = {"error": f"{type(error).__name__}: {error}"[:2000]}
    if mail.attempts >= (MAX_REFUSALS if _is_refusal(error) else MAX_ATTEMPTS):
        return failure | {"failed_at": timezone.now()}
    pause = timedelta(seconds=min(5 * 2**mail.attempts, LONGEST_PAUSE.total_seconds()))
    return failure | {"next_attempt_at": timezone.now() + pause}


def _is_refusal(error: Exception) -> bool:
    response = getattr(error, "response", None)
    code = response.get("Error", {}).get("Code") if isinstance(response, Mapping) else None
    return isinstance(error, REFUSALS) or code in REFUSALS_OF_SES
