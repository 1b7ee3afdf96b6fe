"""A summary that waits for the mail server says what is so when it is sent (C-8)."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from innotter.mail import services as mail
from innotter.mail.models import OutgoingMail
from innotter.notifications.services import choose
from innotter.tasks import background, services
from tests.factories.tasks import TaskFactory, TeamFactory


@pytest.fixture
def team(alice, bob):
    return TeamFactory(owner=alice, members=[bob])


@pytest.fixture
def written(team, alice, bob, mails_to, monkeypatch):
    """A summary that waits for the mail server, and the tasks in it."""
    other = TeamFactory(owner=alice, members=[bob])
    with monkeypatch.context() as without_mail_server, time_machine.travel(datetime(2026, 11, 25, 7, 30, tzinfo=UTC)):
        without_mail_server.setattr(mail, "deliver", lambda pk: None)
        due = {"due_date": date(2026, 11, 25), "assignees": [bob]}
        tasks = [TaskFactory(team=home, title=f"Sweep {n}", **due) for n, home in enumerate((team, other, other))]
        mails_to(bob.email)
        background.generate_daily_summary()
        mails_to(bob.email)
    assert OutgoingMail.objects.get(key__startswith="task-summary/").sent_at is None
    return tasks


@pytest.fixture
def summaries(bob, mails_to):
    """The summaries that come once the mail server is back, newest first."""

    def summaries(*, hour=9):
        with time_machine.travel(datetime(2026, 11, 25, hour, tzinfo=UTC)):
            background.generate_daily_summary()
            mails_to(bob.email)  # What is written again is sent by the next sweep.
            return [letter.text for letter in mails_to(bob.email) if letter.subject.startswith("Your tasks")]

    return summaries


def test_a_summary_calls_tasks_what_they_are_called_when_it_is_sent(alice, written, summaries):
    services.edit_task(editor=alice, task=written[0], title="Sweep quietly")
    (text,) = summaries()
    assert ("Sweep 0" in text, "Sweep quietly" in text, "Sweep 1" in text) == (False, True, True)
    assert summaries(hour=10) == [text]


@pytest.mark.parametrize("how", ["deleted", "left the team"])
def test_a_summary_is_written_again_with_what_is_left(team, alice, bob, written, summaries, how):
    if how == "deleted":
        services.delete_task(person=alice, task=written[0])
    else:
        services.remove_member(owner=alice, membership=team.memberships.get(user=bob))
    (text,) = summaries()
    assert ("Sweep 0" in text, "Sweep 1" in text, "Sweep 2" in text) == (False, True, True)
    assert summaries(hour=10) == [text]


@pytest.mark.parametrize(
    "change",
    [{"status": "done"}, {"assignees": []}, {"due_date": date(2027, 1, 25)}, {"due_date": None}],
    ids=["done", "not theirs", "another day", "no day"],
)
def test_a_summary_names_no_task_that_is_not_to_be_done_then_any_more(alice, written, summaries, change):
    services.edit_task(editor=alice, task=written[0], **change)
    (text,) = summaries()
    assert ("Sweep 0" in text, "Sweep 1" in text, "Sweep 2" in text) == (False, True, True)
    assert summaries(hour=10) == [text]


def test_a_summary_does_not_come_when_all_of_it_is_done(alice, written, summaries):
    for task in written:
        services.edit_task(editor=alice, task=task, status="done")
    assert summaries() == []


def test_a_task_that_has_come_since_is_no_reason_to_write_a_summary_again(team, bob, written, summaries):
    TaskFactory(team=team, title="Sweep 3", due_date=date(2026, 11, 25), assignees=[bob])
    (text,) = summaries()
    assert ("Sweep 0" in text, "Sweep 3" in text) == (True, False)


def test_a_summary_is_written_as_often_as_something_goes(alice, written, summaries, monkeypatch):
    services.delete_task(person=alice, task=written[0])
    with monkeypatch.context() as without_mail_server:
        without_mail_server.setattr(mail, "_message", lambda letter: 1 / 0)
        assert summaries() == []
    services.delete_task(person=alice, task=written[1])
    (text,) = summaries(hour=10)
    assert ("Sweep 1" in text, "Sweep 2" in text) == (False, True)


def test_a_summary_of_which_nothing_is_left_does_not_come(alice, written, summaries):
    for task in written:
        services.delete_task(person=alice, task=task)
    assert summaries() == []
    assert OutgoingMail.objects.get(key__startswith="task-summary/").error == "withdrawn"


def test_a_summary_is_not_written_again_for_who_wants_none_any_more(alice, bob, written, summaries):
    services.delete_task(person=alice, task=written[0])
    choose(user=bob, kind="daily_summary", by_email=False)
    assert summaries() == []


def test_a_summary_that_the_version_before_has_written_is_sent_or_not(alice, written, summaries):
    waiting = OutgoingMail.objects.get(key__startswith="task-summary/")
    waiting.about = {name: waiting.about[name] for name in ("asked", "person", "tasks")}
    waiting.save()
    services.delete_task(person=alice, task=written[0])
    assert summaries() == []
