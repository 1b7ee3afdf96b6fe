"""What fails for one person keeps nobody else waiting for their e-mails."""

import time_machine
from django.utils import timezone

from innotter.accounts.models import User
from innotter.events.services import deliver_all
from innotter.mail.models import OutgoingMail
from innotter.tasks import services
from innotter.tasks.services import news
from tests.factories.tasks import TaskFactory, TeamFactory


def test_a_time_zone_that_this_machine_does_not_know_stops_nobodys_summary(alice, bob):
    """After a move to a machine with an older time zone database."""
    for person in (alice, bob):
        TaskFactory(team=services.space_of(person=person), assignees=[person], due_date=timezone.localdate())
    User.objects.filter(pk=alice.pk).update(time_zone="Mars/Olympus")
    with time_machine.travel(timezone.now().replace(hour=8)):
        services.send_summaries()
    assert OutgoingMail.objects.filter(to=bob.email).exists()
    assert OutgoingMail.objects.filter(to=alice.email).exists(), "in the installation's time"


def test_whoever_cannot_be_written_to_keeps_nobody_else_waiting(alice, bob, settings, monkeypatch, caplog):
    settings.TASKS_MAIL_SECONDS = 0
    team = TeamFactory(owner=alice, members=[bob])
    for person in (alice, bob):
        task = TaskFactory(team=team, assignees=[person], due_date=timezone.localdate())
        services.edit_task(editor=alice if person == bob else bob, task=task, title="Anew")
    deliver_all()
    send = news.letter

    def fail_for_alice(*, person, **known):
        if person == alice:
            raise RuntimeError("the words are missing")
        return send(person=person, **known)

    monkeypatch.setattr(news, "letter", fail_for_alice)
    services.send_news()
    assert list(OutgoingMail.objects.values_list("to", flat=True).distinct()) == [bob.email]
    assert "the others go on" in caplog.text
