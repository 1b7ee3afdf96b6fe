"""What happens by itself: e-mails, the morning's summary, what is overdue, what is cleaned up (C-8).

The clocks are moved.
"""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from innotter.mail import services as mail
from innotter.mail.models import OutgoingMail
from innotter.notifications.models import Notification
from innotter.notifications.services import choose
from innotter.tasks import background, services
from innotter.tasks.models import Invitation, Task, TaskHistory, TaskNews
from innotter.tasks.queries import velocity_of
from tests.factories.tasks import TaskFactory, TeamFactory, join

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def team(alice, bob):
    return TeamFactory(owner=alice, members=[bob])


@pytest.fixture
def sent(mails_to, settings):
    """The e-mails of tasks to somebody, after what happened has been gathered for as long as it takes."""

    def mails(person):
        mails_to(person.email)
        with time_machine.travel(timezone.now() + timedelta(seconds=settings.TASKS_MAIL_SECONDS + 1)):
            background.send_task_notification()
            return mails_to(person.email)

    return mails


def test_changes_are_gathered_into_one_e_mail_and_never_sent_to_who_made_them(team, alice, bob, sent):
    task = TaskFactory(team=team, title="Mend the clock", assignees=[bob])
    assigned = sent(bob)
    assert [mail.subject for mail in assigned] == ["WEB-1 Mend the clock"]
    assert "alice: assigned this task to you" in assigned[0].text
    services.edit_task(editor=alice, task=task, title="Mend the big clock", priority=4)
    services.edit_task(editor=alice, task=task, status="in_progress")
    services.comment_on_task(author=alice, task=task, text="It is loud.")
    mail = sent(bob)[0]
    assert mail.subject == "WEB-1 Mend the big clock"
    for line in (
        "alice: changed Title: Mend the clock → Mend the big clock",
        "alice: changed Priority: None → Urgent",
        "alice: changed Status: To do → In progress",
        "alice: It is loud.",
    ):
        assert line in mail.text
    assert len(sent(bob)) == 2
    assert sent(alice) == []
    assert not TaskNews.objects.exists()


def test_an_e_mail_waits_until_no_more_is_expected(team, alice, bob, mails_to, settings):
    task = TaskFactory(team=team, assignees=[bob])
    services.edit_task(editor=alice, task=task, title="Other")
    mails_to(bob.email)
    background.send_task_notification()
    assert TaskNews.objects.filter(person=bob).count() == 2
    with time_machine.travel(timezone.now() + timedelta(seconds=settings.TASKS_MAIL_SECONDS + 1)):
        background.send_task_notification()
        background.send_task_notification()
    assert OutgoingMail.objects.filter(key__startswith="task-news/").count() == 1


def test_who_is_given_a_hundred_tasks_gets_one_e_mail(team, alice, bob, sent):
    read = services.read_table(content=b"title,assignees\n" + b"Dust,bob\n" * 100)
    services.import_tasks(person=alice, team=team, table=read, mapping=read.guess())
    task = TaskFactory(team=team)
    services.edit_task(editor=alice, task=task, assignees=[bob], priority=1)
    assert [mail.subject for mail in sent(bob)] == ["Updates on 101 tasks"]
    assert set(Notification.objects.of(bob).values_list("kind", flat=True)) == {"task_assigned"}
    assert Notification.objects.of(bob).count() == 101


@pytest.mark.parametrize(
    ("field", "before", "after", "new"),
    [
        ("assignees", [], ["bob"], {"bob"}),
        ("assignees", ["alice"], ["alice", "bob"], {"bob"}),
        ("assignees", ["alice", "bob"], ["bob"], set()),
        ("assignees", None, ["bob"], {"bob"}),
        ("assignees", ["bob"], None, set()),
        ("labels", [], ["bob"], set()),
    ],
)
def test_new_to_a_task_is_whoever_it_was_not_given_to_before(field, before, after, new):
    assert TaskHistory(field=field, before=before, after=after).new_people == new


def test_of_more_than_anybody_reads_an_e_mail_tells_the_newest_and_how_many_there_were(team, alice, bob, sent):
    task = TaskFactory(team=team, assignees=[bob])
    sent(bob)
    changes = TaskHistory.objects.bulk_create(
        TaskHistory(task=task, actor=alice, version=2, field="title", before="", after=f"Title {number}")
        for number in range(1000)
    )
    TaskNews.objects.bulk_create(TaskNews(person=bob, task=task, change=change) for change in changes)
    mail = sent(bob)[0]
    for text in (mail.text, mail.html):
        assert text.count("Title: ") == 200
        assert "Title 999" in text
        assert "and 800 more" in text
    assert not TaskNews.objects.exists()
    assert len(sent(bob)) == 2


def test_who_wants_no_e_mail_is_told_in_the_app(team, alice, bob, sent):
    task = TaskFactory(team=team)
    services.watch_task(watcher=bob, task=task)
    choose(user=bob, kind="task_changed", by_email=False)
    services.edit_task(editor=alice, task=task, title="Other")
    assert sent(bob) == []
    assert list(Notification.objects.of(bob).values_list("kind", flat=True)) == ["task_changed"]


def test_who_has_left_is_told_nothing_that_was_still_waiting(team, alice, bob, mails_to, sent):
    task = TaskFactory(team=team, assignees=[bob])
    sent(bob)
    services.edit_task(editor=alice, task=task, title="Secret plans")
    mails_to(bob.email)
    services.leave_team(member=bob, team=team)
    assert not any("Secret plans" in mail.text for mail in sent(bob))


def test_whom_a_comment_names_is_told_once(team, alice, bob, carol, sent):
    join(team, carol)
    task = TaskFactory(team=team, assignees=[carol])
    sent(carol)
    services.comment_on_task(author=alice, task=task, text="@Bob, @carol and @ghost: look at me@carol.example")
    assert [mail.subject for mail in sent(bob)] == ["alice mentioned you in WEB-1"]
    assert sent(carol)[0].subject == "alice mentioned you in WEB-1"
    assert Notification.objects.of(carol).filter(kind="task_comment").count() == 0


def test_the_summary_comes_at_the_persons_own_morning_once_a_day(team, alice, bob, mails_to):
    bob.time_zone = "Asia/Tokyo"
    bob.save()
    with time_machine.travel(NOON):
        TaskFactory(team=team, title="Late", assignees=[bob, alice], due_date=date(2026, 11, 24))
        TaskFactory(team=team, title="Today", assignees=[bob], due_date=date(2026, 11, 26))
        TaskFactory(team=team, title="Soon", assignees=[bob], due_date=date(2026, 11, 30))
        TaskFactory(team=team, title="Far away", assignees=[bob], due_date=date(2027, 11, 30))
        TaskFactory(team=team, title="Done", assignees=[bob], due_date=date(2026, 11, 26), status="done")
    summaries = OutgoingMail.objects.filter(key__startswith="task-summary/").order_by("pk")
    with time_machine.travel(datetime(2026, 11, 25, 21, 59, tzinfo=UTC)):  # 6:59 in Tokyo.
        background.generate_daily_summary()
    assert not summaries.exists()
    with time_machine.travel(
        datetime(2026, 11, 25, 22, 1, tzinfo=UTC)
    ):  # 7:01 in Tokyo, late in the evening elsewhere.
        background.generate_daily_summary()
        background.generate_daily_summary()
    mail = summaries.get()
    assert (mail.to, mail.subject) == (bob.email, "Your tasks, 26 Nov")
    places = [mail.text.index(words) for words in ("Overdue", "WEB-1 Late", "Due today", "WEB-2 Today")]
    assert places == sorted(places)
    assert "Soon" in mail.text
    assert "Far away" not in mail.text
    assert "Done" not in mail.text
    with time_machine.travel(datetime(2026, 11, 26, 7, 30, tzinfo=UTC)):
        background.generate_daily_summary()
    assert summaries.last().to == alice.email
    with time_machine.travel(datetime(2026, 11, 26, 22, 1, tzinfo=UTC)):
        background.generate_daily_summary()
    assert summaries.filter(to=bob.email).count() == 2


def test_who_has_nothing_to_do_or_wants_no_summary_gets_none(team, alice, bob):
    TaskFactory(team=team, assignees=[alice], status="done")
    TaskFactory(team=team, assignees=[bob], due_date=date(2026, 11, 24))
    choose(user=bob, kind="daily_summary", by_email=False)
    with time_machine.travel(datetime(2026, 11, 25, 8, tzinfo=UTC)):
        background.generate_daily_summary()
    assert not OutgoingMail.objects.filter(key__startswith="task-summary/").exists()


def told(person, kind):
    return Notification.objects.of(person).filter(kind=kind).count()


def test_what_is_overdue_is_found_and_told_once_for_each_due_date(team, alice, bob, deliver_events):
    task = TaskFactory(team=team, assignees=[bob], due_date=date(2026, 11, 25))
    mine = TaskFactory(team=team, due_date=date(2026, 11, 25))
    with time_machine.travel(NOON):
        background.check_overdue_tasks()
        deliver_events()
    assert told(bob, "task_overdue") == 0
    with time_machine.travel(NOON + timedelta(days=1)):
        for _hour in range(2):
            background.check_overdue_tasks()
            deliver_events()
    assert told(bob, "task_overdue") == 1
    assert Notification.objects.get(recipient=alice, kind="task_overdue").subject_id == mine.pk
    services.edit_task(editor=alice, task=task, due_date=date(2026, 12, 1))
    with time_machine.travel(datetime(2026, 12, 2, 1, tzinfo=UTC)):
        background.check_overdue_tasks()
        deliver_events()
    assert told(bob, "task_overdue") == 2


def test_a_reminder_comes_the_day_before_where_the_team_wants_it(team, alice, bob, deliver_events):
    """C-13."""
    quiet = TeamFactory(owner=alice, reminds_before_due=False)
    task = TaskFactory(team=team, assignees=[bob], due_date=date(2026, 11, 26))
    TaskFactory(team=quiet, assignees=[alice], due_date=date(2026, 11, 26))
    with time_machine.travel(NOON):
        for _hour in range(2):
            background.check_overdue_tasks()
            deliver_events()
    assert (told(bob, "task_due"), told(alice, "task_due")) == (1, 0)
    row = task.history.get(field="reminded")
    assert (row.is_automation, row.after) == (True, "2026-11-26")


def test_overdue_tasks_of_high_priority_become_urgent_where_the_team_wants_it(alice, bob, deliver_events):
    """C-13: once for a due date; whoever takes the urgency back is not overruled."""
    team = TeamFactory(owner=alice, members=[bob], escalates_overdue=True)
    late = TaskFactory(team=team, priority=3, due_date=date(2026, 11, 24), creator=bob)
    calm = TaskFactory(team=team, priority=2, due_date=date(2026, 11, 24))
    with time_machine.travel(NOON):
        background.check_overdue_tasks()
        deliver_events()
        assert Task.objects.get(pk=late.pk).priority == 4
        row = late.history.get(field="priority")
        assert (row.is_automation, row.actor, row.before, row.after) == (True, None, "high", "urgent")
        assert told(alice, "task_escalated") == 1
        services.edit_task(editor=bob, task=late, priority=3)
        background.check_overdue_tasks()
    assert Task.objects.get(pk=late.pk).priority == 3
    assert Task.objects.get(pk=calm.pk).priority == 2


def test_what_was_put_away_is_removed_after_a_month(team, alice):
    old, young, kept = TaskFactory(team=team), TaskFactory(team=team), TaskFactory(team=team)
    with time_machine.travel(NOON - timedelta(days=31)):
        services.archive_task(archiver=alice, task=old)
    with time_machine.travel(NOON - timedelta(days=29)):
        services.archive_task(archiver=alice, task=young)
    with time_machine.travel(NOON):
        background.cleanup_archived_tasks()
        background.cleanup_archived_tasks()
    assert set(Task.objects.all()) == {young, kept}


def test_a_task_is_due_on_the_same_day_for_everybody(team, alice, mails_to):
    """The installation's: the board, the summary of a morning elsewhere and templates agree about it."""
    alice.time_zone = "Pacific/Kiritimati"
    alice.save()
    with time_machine.travel(datetime(2026, 11, 25, 17, 30, tzinfo=UTC)):  # There it is the morning of the 26th.
        TaskFactory(team=team, title="Due tonight", due_date=date(2026, 11, 25), assignees=[alice])
        background.generate_daily_summary()
        text = mails_to(alice.email)[0].text
        assert "Due tonight" in text
        assert "verdue" not in text
        assert not Task.objects.overdue().exists()
        assert "Due today" in text
        template = services.save_template(author=alice, team=team, name="Weekly", title="Sweep", due_in_days=0)
        assert services.use_template(person=alice, template=template).due_date == date(2026, 11, 25)


@pytest.mark.parametrize(("zone", "day"), [("Pacific/Kiritimati", 26), ("America/Adak", 25)])
def test_hours_are_written_down_for_ones_own_day_at_every_door(team, alice, as_person, zone, day):
    alice.time_zone = zone
    alice.save()
    with time_machine.travel(datetime(2026, 11, 25, 17, 30, tzinfo=UTC)):
        task = TaskFactory(team=team)
        answer = as_person(alice).post(f"/api/tasks/{task.pk}/time/", {"hours": "1"})
        assert answer.status_code == 201, answer.content
        assert answer.json()["day"] == f"2026-11-{day}"


def test_weeks_end_for_a_team_when_they_end_for_the_installation(team, alice):
    with time_machine.travel(datetime(2026, 11, 29, 23, 30, tzinfo=UTC)):  # A Sunday.
        services.edit_task(editor=alice, task=TaskFactory(team=team), status="done")
        with timezone.override("Pacific/Kiritimati"):
            assert [week.tasks for week in velocity_of(team)][-1] == 1


@pytest.mark.parametrize("kind", ["news", "summary"])
def test_who_has_left_the_team_since_it_was_written_gets_no_e_mail_of_its_tasks(team, alice, bob, mails_to, kind):
    mails_to(bob.email)
    with time_machine.travel(datetime(2026, 11, 25, 7, 30, tzinfo=UTC)):
        TaskFactory(team=team, title="Secret plan", assignees=[bob], due_date=date(2026, 11, 25))
        mails_to(bob.email)
    with time_machine.travel(datetime(2026, 11, 25, 8, 30, tzinfo=UTC)):
        if kind == "news":
            background.send_task_notification()
        else:
            background.generate_daily_summary()
        assert OutgoingMail.objects.filter(key__startswith=f"task-{kind}/", sent_at=None).exists()
        services.remove_member(owner=alice, membership=team.memberships.get(user=bob))
        assert not any("Secret plan" in mail.text for mail in mails_to(bob.email))
        assert OutgoingMail.objects.get(key__startswith=f"task-{kind}/{bob.pk}/").error == "withdrawn"


@pytest.mark.parametrize("gone", ["comment", "task"])
def test_what_is_deleted_before_its_e_mail_is_sent_is_not_told_and_the_rest_is(
    team, alice, bob, mails_to, monkeypatch, gone
):
    kept, lost = (TaskFactory(team=team, title=title, assignees=[bob]) for title in ("Sweep", "Mend"))
    mails_to(bob.email)
    services.comment_on_task(author=alice, task=kept, text="This stays.")
    comment = services.comment_on_task(author=alice, task=lost, text="Regrettable words")
    with monkeypatch.context() as without_mail_server:
        without_mail_server.setattr(mail, "deliver", lambda pk: None)
        mails_to(bob.email)
        with time_machine.travel(timezone.now() + timedelta(hours=1)):
            background.send_task_notification()
    if gone == "comment":
        services.delete_comment(person=alice, comment=comment)
    else:
        services.delete_task(person=alice, task=lost)
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        mail.deliver_due()
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        background.send_task_notification()
        texts = [letter.text for letter in mails_to(bob.email)]
    assert not any("Regrettable" in text for text in texts)
    assert sum("This stays." in text for text in texts) == 1


def test_an_invitation_that_is_withdrawn_before_it_is_sent_is_not_sent(team, alice, mails_to, monkeypatch):
    deliver = mail.deliver
    monkeypatch.setattr(mail, "deliver", lambda pk: None)  # The mail server is away.
    services.invite(owner=alice, team=team, who="new@example.org")
    mails_to("new@example.org")
    services.withdraw_invitation(owner=alice, invitation=Invitation.objects.get(email="new@example.org"))
    monkeypatch.setattr(mail, "deliver", deliver)
    assert mails_to("new@example.org") == []
    assert OutgoingMail.objects.get(to="new@example.org").error == "withdrawn"
