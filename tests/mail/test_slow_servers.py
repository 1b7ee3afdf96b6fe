"""A mail server that takes its time for each step gets an e-mail once, however many look for what is due meanwhile."""

import asyncio
import time
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller

from innotter.mail import services
from innotter.mail.models import OutgoingMail
from tests.running import free_port
from tests.together import at_the_same_moment

#: For a step of the server, of which an e-mail takes five, and between two looks: a hundredth of what may be.
STEP, LOOK = 0.2, 0.05


class Slow:
    """Waits before each answer; keeps what it gets."""

    def __init__(self):
        self.mails = []

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        await asyncio.sleep(STEP)
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        await asyncio.sleep(STEP)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        await asyncio.sleep(STEP)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.mails.append(envelope.rcpt_tos)
        await asyncio.sleep(STEP)
        return "250 OK"


@pytest.fixture
def server(settings):
    kept = Slow()
    controller = Controller(kept, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    yield kept
    controller.stop()


@pytest.mark.django_db(transaction=True)
def test_an_e_mail_that_takes_longer_than_its_lease_is_sent_once(server, monkeypatch):
    monkeypatch.setattr(services, "LEASE", timedelta(seconds=2 * STEP))
    services.send_mail(
        key="why/1",
        to="alice@example.org",
        template="accounts/mail/password_changed",
        context={"person": "Alice"},
        language="en",
    )
    over_at = time.monotonic() + 12 * STEP

    def look():
        while time.monotonic() < over_at:
            services.deliver_due()
            time.sleep(LOOK)

    at_the_same_moment(look, look, look)
    assert server.mails == [["alice@example.org"]]
    sent = OutgoingMail.objects.get()
    assert (sent.attempts, bool(sent.sent_at)) == (1, True)
