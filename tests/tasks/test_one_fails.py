"""What fails for one person or task keeps nobody else waiting."""

import time_machine
from django.db import connection
from django.utils import timezone

from innotter.accounts.models import User
from innotter.events.services import deliver_all
from innotter.mail.models import OutgoingMail
from innotter.tasks import services
from innotter.tasks.models import Membership, Task, Team
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


def make_untitled(task):
    """As a version that let everything in has kept it."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tasks_task SET title = %s WHERE id = %s", ["\u200b", task.pk])


def test_a_task_that_cannot_be_changed_keeps_no_other_from_becoming_urgent(alice, caplog):
    team = TeamFactory(owner=alice, escalates_overdue=True)
    late = timezone.localdate() - timezone.timedelta(days=2)
    bad, good = (TaskFactory(team=team, priority=Task.Priority.HIGH, due_date=late) for _number in range(2))
    make_untitled(bad)
    assert services.escalate_overdue() == 1
    assert Task.objects.get(pk=good.pk).priority == Task.Priority.URGENT
    assert "the others go on" in caplog.text


def test_a_task_that_cannot_be_changed_keeps_no_other_from_being_taken_from_outsiders(alice, bob):
    team = TeamFactory(owner=alice, members=[bob])
    bad, good = (TaskFactory(team=team, creator=alice, assignees=[bob]) for _number in range(2))
    make_untitled(bad)
    Membership.objects.filter(user=bob).delete()
    assert services.take_tasks_from_outsiders() == 1
    assert list(Task.objects.assigned_to(bob)) == [bad]
    assert not good.assignees.exists()


def test_a_team_that_cannot_be_removed_keeps_no_other_there(alice, monkeypatch):
    bad, good = (TeamFactory(owner=alice) for _number in range(2))
    Membership.objects.all().delete()
    remove = Team.delete

    def fail_for_one(team, *how, **known):
        if team.pk == bad.pk:
            raise RuntimeError("something refers to it")
        return remove(team, *how, **known)

    monkeypatch.setattr(Team, "delete", fail_for_one)
    assert services.remove_abandoned_teams() == 1
    assert not Team.objects.filter(pk=good.pk).exists()
