"""An e-mail waits for its server for days, not for ever; what was given up is seen, and can be sent after all."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from innotter.accounts import services as accounts
from innotter.config import doctor
from innotter.mail import background, services
from innotter.mail.models import MailboxMessage, OutgoingMail
from innotter.mail.queries import mail_backlog
from innotter.mail.services import deliver_due, send_mail


class Server:
    """Takes e-mails, or says what is wrong with them or with itself."""

    def __init__(self):
        self.says, self.took = None, []

    def take(self, address):
        if self.says:
            raise self.says
        self.took.append(address)


@pytest.fixture
def server(monkeypatch):
    server = Server()
    monkeypatch.setattr(EmailMultiAlternatives, "send", lambda message: server.take(message.to[0]))
    return server


def write(person, key="why"):
    send_mail(
        key=key, to=person.email, template="accounts/mail/password_changed", context={"person": person}, language="en"
    )


def try_for(time):
    """Sweep each half hour."""
    begun = timezone.now()
    later = begun
    while later < begun + time:
        with time_machine.travel(later):
            deliver_due()
        later += timedelta(minutes=30)
    return later


def test_a_weekend_without_a_mail_server_loses_no_e_mail(alice, server):
    server.says = ConnectionRefusedError()
    write(alice)
    later = try_for(timedelta(days=3))
    server.says = None
    with time_machine.travel(later + timedelta(hours=1)):
        deliver_due()
    assert server.took == [alice.email]


def test_a_clock_that_was_ahead_lets_no_e_mail_wait_once_it_is_set_right(alice, server):
    server.says = ConnectionRefusedError()
    with time_machine.travel(timezone.now() + timedelta(hours=5)):
        write(alice)
        deliver_due()
    server.says = None
    deliver_due()
    assert server.took == [alice.email]


def test_what_a_machine_whose_clock_is_ahead_has_written_is_sent_at_once(alice, server):
    with time_machine.travel(timezone.now() + timedelta(minutes=20)):
        write(alice)
    deliver_due()
    assert server.took == [alice.email]


def test_an_e_mail_that_ends_whoever_sends_it_is_given_up(alice, server):
    write(alice)
    OutgoingMail.objects.update(attempts=services.MAX_ATTEMPTS)  # Each noted before it was made, and none after it.
    deliver_due()
    assert server.took == []
    assert OutgoingMail.objects.given_up().get().error == services.ENDED


def test_after_five_days_it_is_given_up(alice, server):
    server.says = TimeoutError()
    write(alice)
    try_for(timedelta(days=4, hours=12))
    assert OutgoingMail.objects.waiting().exists()
    try_for(timedelta(days=8))
    assert OutgoingMail.objects.given_up().exists()


def test_what_a_server_refuses_it_is_offered_ten_times(alice, server):
    server.says = SMTPRecipientsRefused({alice.email: (550, b"No such mailbox")})
    write(alice)
    try_for(timedelta(days=1))
    mail = OutgoingMail.objects.get()
    assert mail.attempts == services.MAX_REFUSALS
    assert mail.failed_at


def test_what_was_given_up_is_seen_and_can_be_sent_after_all(alice, ada, server, browser_of, client, settings):
    server.says = SMTPRecipientsRefused({alice.email: (550, b"No such mailbox")})
    write(alice)
    write(alice, key="another")
    services.withdraw(key_prefix="another")
    try_for(timedelta(days=1))
    assert (mail_backlog().waiting, mail_backlog().failed) == (0, 1)
    [finding] = [finding for finding in doctor.examine() if finding.name == "e-mails"]
    assert "1 were given up" in str(finding)
    assert "No such mailbox" in finding.advice
    settings.METRICS_TOKEN = "only-for-prometheus"
    metrics = client.get("/metrics/", headers={"Authorization": "Bearer only-for-prometheus"}).content.decode()
    assert "innotter_mail_failed 1.0" in metrics

    server.says = None
    sent = {"action": "try_again", "_selected_action": list(OutgoingMail.objects.values_list("pk", flat=True))}
    answer = browser_of(ada).post("/admin/mail/outgoingmail/", sent, follow=True)
    assert answer.status_code == 200
    deliver_due()
    assert server.took == [alice.email], "what was withdrawn stays so"
    assert mail_backlog().failed == 0


def test_a_code_that_is_no_longer_good_is_not_sent(alice, server, settings, deliver_events):
    server.says = ConnectionRefusedError()
    accounts.ask_for_reset(email=alice.email)
    deliver_events()
    deliver_due()
    server.says = None
    with time_machine.travel(timezone.now() + timedelta(seconds=settings.OTP_SECONDS + 1)):
        deliver_due()
    assert server.took == []
    assert mail_backlog().failed == 0


def test_an_announcement_to_many_gives_way_after_a_second(alice, monkeypatch):
    """And the rest of it is sent after what was written meanwhile."""
    write(alice)
    letter = OutgoingMail.objects.get()
    letters = [OutgoingMail(key=f"news/{number}", to=letter.to, subject="s", text="t") for number in range(20)]
    ids = [mail.pk for mail in OutgoingMail.objects.bulk_create(letters)]
    requeued, seconds = [], iter(range(1000))
    monkeypatch.setattr(background.deliver_mails, "delay", lambda *ids: requeued.append(ids))
    monkeypatch.setattr("innotter.mail.services.time.monotonic", lambda: next(seconds) / 4)
    background.deliver_mails(ids[0], ids[-1])
    assert requeued == [(ids[4], ids[-1])]
    assert MailboxMessage.objects.count() == 4
    while requeued:
        background.deliver_mails(*requeued.pop())
    assert MailboxMessage.objects.count() == 20
