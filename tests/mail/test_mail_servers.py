"""B-11: the same e-mails through real doors: Amazon SES, and any SMTP server."""

import email
import os
import subprocess
import sys
from datetime import timedelta
from email.policy import default

import pytest
import time_machine
from aiosmtpd.controller import Controller
from django.utils import timezone

from innotter.mail.models import MailboxMessage, OutgoingMail
from innotter.mail.services import MAX_REFUSALS, deliver_due, send_mail
from tests.aws import REGION
from tests.running import free_port

TOKEN_ADDRESS = "http://localhost:8000/notifications/unsubscribe/x/"


def write(to, key="why/1"):
    send_mail(
        key=key,
        to=to,
        template="accounts/mail/password_changed",
        context={"person": "Алиса"},
        language="ru",
        unsubscribe_url=TOKEN_ADDRESS,
    )


@pytest.fixture
def ses(aws, settings):
    aws.client("ses").verify_email_identity(EmailAddress="innotter@example.org")
    settings.DEFAULT_FROM_EMAIL = "Innotter <innotter@example.org>"
    settings.EMAIL_BACKEND = "anymail.backends.amazon_ses.EmailBackend"
    settings.ANYMAIL = {"AMAZON_SES_CLIENT_PARAMS": {"region_name": REGION}}
    return aws


def test_amazon_ses_gets_each_e_mail_once_with_its_headers(alice, ses):
    write(alice.email)
    deliver_due()
    deliver_due()

    assert OutgoingMail.objects.get().sent_at
    (message,) = ses.mails()
    assert message["To"] == alice.email
    assert message["Subject"].strip() == OutgoingMail.objects.get().subject
    assert message["List-Unsubscribe"] == f"<{TOKEN_ADDRESS}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Алиса" in message.get_body(("plain",)).get_content()
    assert "Алиса" in message.get_body(("html",)).get_content()
    assert not MailboxMessage.objects.exists()


def test_an_e_mail_that_ses_refuses_is_tried_again(alice, ses, settings):
    settings.DEFAULT_FROM_EMAIL = "Innotter <stranger@elsewhere.example>"
    write(alice.email)
    deliver_due()
    mail = OutgoingMail.objects.get()
    assert mail.sent_at is None
    assert mail.attempts == 1
    assert "MessageRejected" in mail.error
    assert mail.text
    OutgoingMail.objects.update(attempts=MAX_REFUSALS - 1, next_attempt_at=mail.created_at)
    deliver_due()
    assert OutgoingMail.objects.given_up().exists(), "as with any other server"


class Received:
    """A mail server that keeps what it gets, and at first has no time."""

    def __init__(self):
        self.mails, self.refusals = [], 1

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the library's name for it
        if self.refusals:
            self.refusals -= 1
            return "451 Try again later"
        self.mails.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


def test_any_smtp_server_gets_each_e_mail_once_even_when_it_has_no_time_at_first(alice, settings):
    received = Received()
    controller = Controller(received, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
        write(alice.email)
        deliver_due()
        assert "Try again later" in OutgoingMail.objects.get().error
        with time_machine.travel(timezone.now() + timedelta(minutes=5)):
            deliver_due()
            deliver_due()
    finally:
        controller.stop()
    ((recipients, content),) = received.mails
    message = email.message_from_bytes(content, policy=default)
    assert recipients == [alice.email]
    assert message["List-Unsubscribe"] == f"<{TOKEN_ADDRESS}>"
    assert "Алиса" in message.get_body(("plain",)).get_content()


@pytest.mark.parametrize(
    ("url", "backend"),
    [
        ("ses://eu-central-1", "anymail.backends.amazon_ses.EmailBackend"),
        ("smtp://user:word@mail.example:587/?tls=True", "django.core.mail.backends.smtp.EmailBackend"),
        ("", "innotter.mail.backend.MailboxBackend"),
    ],
)
def test_email_url_chooses_the_door(url, backend):
    said = subprocess.run(
        [sys.executable, "-c", "from innotter.config import settings; print(settings.EMAIL_BACKEND)"],
        env={**os.environ, "EMAIL_URL": url},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == backend


@pytest.mark.parametrize(
    ("url", "port", "begins"),
    [
        ("smtps://user:word@mail.example", 465, "encrypted"),
        ("smtps://user:word@mail.example:465", 465, "encrypted"),
        ("smtps://user:word@mail.example:587", 587, "starttls"),
        ("submission://user:word@mail.example", 587, "starttls"),
        ("smtp://mail.example", 25, "plain"),
    ],
)
def test_how_a_mail_server_is_spoken_to(url, port, begins):
    ask = "from innotter.config import settings as s; print(s.EMAIL_PORT, s.EMAIL_USE_SSL, s.EMAIL_USE_TLS)"
    said = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", ask],
        env={**os.environ, "EMAIL_URL": url},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split() == [str(port), str(begins == "encrypted"), str(begins == "starttls")]
