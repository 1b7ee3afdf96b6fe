"""E-mails are written once and sent once; without a mail server they land in the local mailbox (C-9)."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail as django_mail
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail import send_mail as django_send_mail
from django.utils import timezone

from innotter.accounts.events import CodeRequested
from innotter.accounts.models import OTP
from innotter.accounts.services import request_code, write_code
from innotter.accounts.subscribers import mail_the_code
from innotter.events.models import Event
from innotter.mail import checks, services
from innotter.mail.models import MailboxMessage, OutgoingMail


def write(alice, key="why/1"):
    services.send_mail(
        key=key,
        to=alice.email,
        template="accounts/mail/password_changed",
        context={"person": alice},
        language=alice.language,
    )


def test_a_mail_has_a_subject_a_text_and_html(alice, deliver_events):
    write(alice)
    deliver_events()
    mail = MailboxMessage.objects.get()

    assert (mail.to, mail.subject) == ("alice@example.org", "Your Innotter password was changed")
    assert mail.text.startswith("Hello alice,")
    assert "<p>Hello alice,</p>" in mail.html


def test_a_name_cannot_smuggle_markup_or_headers_into_a_mail(alice, deliver_events):
    alice.name = "<b>\nBcc: everybody@example.org"
    write(alice)
    deliver_events()
    mail = MailboxMessage.objects.get()

    assert "<b>" not in mail.html
    assert "\n" not in mail.subject


def test_for_the_same_reason_there_is_one_mail(alice, deliver_events):
    for _time in range(3):
        write(alice)
        deliver_events()
    assert MailboxMessage.objects.count() == 1


def test_an_event_that_is_delivered_twice_makes_one_code_and_one_mail(alice, deliver_events):
    otp = request_code(user=alice, purpose=OTP.Purpose.RESET_PASSWORD, email=alice.email)
    deliver_events()
    before = OTP.objects.get().code_hash
    event = Event.objects.get(type=CodeRequested.type)
    mail_the_code(CodeRequested(user_id=alice.pk, otp_id=otp.pk, event_id=event.pk))
    deliver_events()
    assert OTP.objects.get().code_hash == before
    assert MailboxMessage.objects.count() == 1


def test_a_mail_is_sent_once_even_if_two_senders_take_it_up(alice, settings, deliver_events):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    write(alice)
    pk = OutgoingMail.objects.get().pk
    services.deliver(pk)
    services.deliver(pk)
    assert len(django_mail.outbox) == 1


@pytest.mark.parametrize("later", [timedelta(minutes=1), timedelta(hours=2), timedelta(days=1)])
@pytest.mark.parametrize("ending", ["sent_at", "failed_at"])
def test_what_was_sent_or_given_up_is_never_due_again(alice, ending, later):
    write(alice)
    services.deliver_due()
    OutgoingMail.objects.update(**{"sent_at": None, "failed_at": None} | {ending: timezone.now()})
    with time_machine.travel(timezone.now() + later):
        assert not OutgoingMail.objects.due().exists()
        services.deliver_due()
    assert MailboxMessage.objects.count() == 1
    assert OutgoingMail.objects.get().attempts == 1


class SlowServer:
    """A mail server that is still taking a mail when others come for it: `meanwhile` happens then, once."""

    def __init__(self, monkeypatch, meanwhile):
        self.sent, self.meanwhile = 0, [meanwhile]
        monkeypatch.setattr(EmailMultiAlternatives, "send", self.take)

    def take(self, *_args):
        self.sent += 1
        while self.meanwhile:
            self.meanwhile.pop()()


@pytest.mark.parametrize(("seconds", "sent"), [(0, 1), (29, 1), (31, 2)])
def test_who_comes_while_a_mail_is_being_sent_leaves_it_alone_until_the_lease_is_over(
    alice, monkeypatch, seconds, sent
):
    """Who does not renew it in time has died."""
    write(alice)
    pk = OutgoingMail.objects.get().pk

    def come():
        with time_machine.travel(timezone.now() + timedelta(seconds=seconds)):
            services.deliver(pk)
            services.deliver_due()

    server = SlowServer(monkeypatch, come)
    services.deliver(pk)
    assert server.sent == sent
    assert OutgoingMail.objects.get().sent_at


def test_a_mail_that_another_has_taken_up_meanwhile_is_not_sent_again(alice, monkeypatch):
    """The first may have lost its lease with the database; what it has sent is sent."""
    write(alice)
    server = SlowServer(
        monkeypatch, lambda: OutgoingMail.objects.update(attempts=2, next_attempt_at=timezone.now() + services.LEASE)
    )
    services.deliver_due()
    with time_machine.travel(timezone.now() + services.LEASE + timedelta(seconds=1)):
        services.deliver_due()
    assert server.sent == 1
    assert OutgoingMail.objects.get().sent_at


def test_what_is_withdrawn_while_the_server_takes_it_is_not_tried_again(alice, monkeypatch):
    write(alice, key="post/7/1")

    def withdraw_and_fail():
        services.withdraw(key_prefix="post/7/")
        raise ConnectionError

    SlowServer(monkeypatch, withdraw_and_fail)
    services.deliver_due()
    mail = OutgoingMail.objects.get()
    assert (mail.error, mail.text, mail.failed_at is None) == ("withdrawn", "", False)


def test_a_mail_server_that_is_away_is_tried_again(alice, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    write(alice)
    services.deliver_due()
    waiting = OutgoingMail.objects.get()
    assert (waiting.attempts, waiting.sent_at) == (1, None)
    assert "ConnectionRefusedError" in waiting.error

    settings.EMAIL_BACKEND = "innotter.mail.backend.MailboxBackend"
    services.deliver_due()
    assert not MailboxMessage.objects.exists(), "not at once"
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        services.deliver_due()
    assert MailboxMessage.objects.count() == 1


def test_a_sender_that_died_is_replaced_after_its_lease(alice):
    write(alice)
    OutgoingMail.objects.update(attempts=1, next_attempt_at=timezone.now() + services.LEASE)
    services.deliver_due()
    assert not MailboxMessage.objects.exists()

    with time_machine.travel(timezone.now() + services.LEASE + timedelta(seconds=1)):
        services.deliver_due()
    assert MailboxMessage.objects.count() == 1


def test_the_text_of_a_sent_mail_is_dropped(alice, deliver_events):
    write(alice)
    deliver_events()
    sent = OutgoingMail.objects.get()
    assert (sent.text, sent.html) == ("", "")


def test_the_mailbox_is_read_by_people_and_by_programs(client, alice, bob, deliver_events):
    write(alice)
    write(bob, key="why/2")
    deliver_events()
    mail = MailboxMessage.objects.get(to=bob.email)

    assert mail.subject in client.get("/mailbox/").content.decode()
    assert "Hello bob," in client.get(f"/mailbox/{mail.pk}/").content.decode()
    messages = client.get("/mailbox/messages.json").json()
    assert [message["to"] for message in messages] == [bob.email, alice.email], "newest first"
    assert messages[0].keys() == {"id", "to", "subject", "text", "html", "sent_at"}
    assert [m["to"] for m in client.get("/mailbox/messages.json?to=ALICE@example.org").json()] == [alice.email]
    assert client.get("/mailbox/messages.json?to=%00").status_code == 200


def test_the_html_of_a_mail_can_load_and_run_nothing(client, alice, deliver_events):
    write(alice)
    deliver_events()
    answer = client.get(f"/mailbox/{MailboxMessage.objects.get().pk}/html/")
    assert answer["Content-Security-Policy"].startswith("sandbox allow-popups; default-src 'none'")


@pytest.mark.parametrize("address", ["/mailbox/", "/mailbox/messages.json", "/mailbox/1/", "/mailbox/1/html/"])
def test_there_is_no_mailbox_where_a_mail_server_is_set(client, db, settings, address):
    settings.EMAIL_URL = "smtp://mail.example.org"
    assert client.get(address).status_code == 404


def test_what_django_itself_sends_lands_in_the_mailbox_too(db):
    django_send_mail("Hello", "Text", None, ["a@example.org", "b@example.org"], html_message="<p>Html")
    EmailMessage("Plain", "Text", to=["c@example.org"]).send()

    assert set(MailboxMessage.objects.values_list("to", "html")) == {
        ("a@example.org", "<p>Html"),
        ("b@example.org", "<p>Html"),
        ("c@example.org", ""),
    }


def test_the_deploy_check_warns_of_an_open_mailbox_on_the_internet(settings):
    settings.EMAIL_URL, settings.SITE_URL = "", "https://innotter.example"
    assert [warning.id for warning in checks.mailbox_is_private(None)] == ["innotter.W001"]
    settings.EMAIL_URL = "smtp://mail.innotter.example"
    assert checks.mailbox_is_private(None) == []


def test_a_mail_speaks_the_language_of_its_reader(alice, deliver_events):
    alice.language = "ru"
    write(alice)
    deliver_events()
    assert 'lang="ru"' in MailboxMessage.objects.get().html


def test_a_code_is_never_the_same_for_long(alice):
    codes = set()
    for _time in range(20):
        otp = request_code(user=alice, purpose=OTP.Purpose.VERIFY_EMAIL, email=alice.email)
        codes.add(write_code(otp=otp))
    assert len(codes) > 15
    assert all(len(code) == 6 and code.isdigit() for code in codes)


def test_who_got_what_is_forgotten_after_a_while(alice, settings):
    write(alice)
    write(alice, key="why/2")
    services.deliver_due()
    OutgoingMail.objects.filter(key="why/2").update(sent_at=None)
    assert MailboxMessage.objects.count() == 2
    with time_machine.travel(timezone.now() + timedelta(days=settings.MAIL_KEPT_DAYS - 1)):
        services.forget_old()
    assert (OutgoingMail.objects.count(), MailboxMessage.objects.count()) == (2, 2)
    with time_machine.travel(timezone.now() + timedelta(days=settings.MAIL_KEPT_DAYS + 1)):
        services.forget_old()
    assert OutgoingMail.objects.get().key == "why/2", "what still waits is kept"
    assert not MailboxMessage.objects.exists()


def test_a_mail_that_may_not_be_read_any_more_takes_no_other_along(alice, monkeypatch):
    """Also where the name of one begins like that of another: its readers are 1 and 12."""
    monkeypatch.setitem(services._asked, "refused", lambda about: about["who"] != 1)
    for who in (1, 12):
        write(alice, key=f"why/{who}")
        OutgoingMail.objects.filter(key=f"why/{who}").update(about={"asked": "refused", "who": who})
    services.deliver_due()
    assert list(OutgoingMail.objects.order_by("key").values_list("error", flat=True)) == ["withdrawn", ""]
    assert MailboxMessage.objects.count() == 1
