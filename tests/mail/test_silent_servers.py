"""A mail server that says nothing does not hold the hands that all other work is done by."""

import socket
from datetime import timedelta

import pytest
import time_machine
from django.db.models import Sum
from django.utils import timezone

from innotter.config.amazon import PATIENCE
from innotter.mail import background, services
from innotter.mail.models import MailboxMessage, OutgoingMail
from tests.aws import REGION


@pytest.fixture
def silent(settings):
    """It takes connections, and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        settings.EMAIL_TIMEOUT = 0.05
        yield


@pytest.fixture
def silent_amazon(settings, monkeypatch):
    """The same where e-mails go out by Amazon's own way."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "for-tests")
    with socket.create_server(("127.0.0.1", 0), backlog=100) as server:
        words = {
            "region_name": REGION,
            "endpoint_url": f"http://127.0.0.1:{server.getsockname()[1]}",
            "config": PATIENCE | {"read_timeout": 0.05},
        }
        settings.EMAIL_BACKEND = "anymail.backends.amazon_ses.EmailBackend"
        settings.ANYMAIL = {"AMAZON_SES_CLIENT_PARAMS": words}
        yield


@pytest.fixture
def written(alice):
    """Ten e-mails, each with a message of its own to send it."""
    for number in range(10):
        services.send_mail(
            key=f"why/{number}",
            to=alice.email,
            template="accounts/mail/password_changed",
            context={"person": alice},
            language=alice.language,
        )
    return list(OutgoingMail.objects.order_by("pk").values_list("pk", flat=True))


@pytest.fixture
def do_all(written):
    """Do what the messages ask for, and the sweep, so many seconds from now."""

    def do_all(*, later=0):
        with time_machine.travel(timezone.now() + timedelta(seconds=later)):
            for pk in written:
                background.deliver_mail(pk)
            background.deliver_due_mail()

    return do_all


def attempts():
    return OutgoingMail.objects.aggregate(Sum("attempts"))["attempts__sum"]


def test_it_is_left_alone_for_a_minute_after_two_e_mails(silent, do_all):
    do_all()
    do_all(later=55)
    assert attempts() == 2
    do_all(later=65)
    assert attempts() == 3, "one e-mail shows that nothing has changed"


def test_so_is_amazon(silent_amazon, do_all):
    do_all()
    assert attempts() == 2


def test_all_are_sent_when_it_speaks_again(silent, written, do_all, settings):
    do_all()
    settings.EMAIL_BACKEND = "innotter.mail.backend.MailboxBackend"
    do_all()
    assert not MailboxMessage.objects.exists(), "not at once"
    do_all(later=65)
    assert MailboxMessage.objects.count() == len(written)


def test_a_clock_that_is_set_back_lets_it_rest_no_longer(silent, written, do_all, settings):
    do_all()
    settings.EMAIL_BACKEND = "innotter.mail.backend.MailboxBackend"
    OutgoingMail.objects.update(next_attempt_at=timezone.now() - timedelta(days=1))
    do_all(later=-3600)
    assert MailboxMessage.objects.count() == len(written)


def test_one_e_mail_that_it_is_silent_about_holds_up_no_other(written, do_all, monkeypatch):
    real = services._message

    def message(mail):
        if mail.pk in written[::2]:
            raise TimeoutError
        return real(mail)

    monkeypatch.setattr(services, "_message", message)
    do_all()
    assert MailboxMessage.objects.count() == len(written) // 2
