"""What people are told about tasks and teams is so when they read it: nobody is named or quoted who is blocked."""

from datetime import timedelta

import pytest

from innotter.accounts.services import block_user
from innotter.events.services import deliver_all
from innotter.mail import services as mail
from innotter.mail.models import MailboxMessage, OutgoingMail
from innotter.notifications.models import Notification
from innotter.notifications.tellers import told
from innotter.tasks import services
from innotter.tasks.models import Membership, Task
from innotter.tasks.models.task import today
from tests.factories.tasks import TaskFactory, TeamFactory, join

WEEK = timedelta(days=7)


@pytest.fixture
def team(alice, bob):
    return TeamFactory(owner=alice, members=[bob])


def letters_to(person):
    return [letter.text for letter in MailboxMessage.objects.filter(to=person.email).order_by("pk")]


def bell_of(person, kind):
    return list(told(person, Notification.objects.of(person).filter(kind=kind).select_related("actor")).values())


class TestMentions:
    @pytest.fixture
    def _said(self, team, bob, ada):
        services.comment_on_task(author=bob, task=TaskFactory(team=team), text="@alice, rude words")
        deliver_all()

    @pytest.mark.usefixtures("_said")
    def test_the_bell_quotes_nobody_who_is_blocked(self, alice, bob, ada):
        assert [words.quote for words in bell_of(alice, "task_mention")] == ["@alice, rude words"]
        block_user(admin=ada, user=bob)
        assert bell_of(alice, "task_mention") == []

    @pytest.mark.usefixtures("_said")
    @pytest.mark.parametrize("is_blocked", [True, False])
    def test_nor_does_an_e_mail_that_was_written_before(self, alice, bob, ada, is_blocked):
        if is_blocked:
            block_user(admin=ada, user=bob)
        mail.deliver_due()
        assert any("rude words" in text for text in letters_to(alice)) is not is_blocked


class TestDueDates:
    @pytest.fixture
    def task(self, team, bob):
        """Bob has been told that it is overdue, and that it is due tomorrow; neither e-mail is sent yet."""
        task = TaskFactory(team=team, assignees=[bob], due_date=today() - timedelta(days=1))
        services.note_overdue()
        other = TaskFactory(team=team, assignees=[bob], due_date=today() + timedelta(days=1))
        services.remind()
        deliver_all()
        return [task, other]

    @pytest.mark.parametrize(
        ("act", "is_told"),
        [
            (lambda alice, task: None, True),
            (lambda alice, task: services.edit_task(editor=alice, task=task, due_date=today() + WEEK), False),
            (lambda alice, task: services.edit_task(editor=alice, task=task, due_date=None), False),
            (lambda alice, task: services.archive_task(archiver=alice, task=task), False),
        ],
        ids=["nothing", "another day", "no day", "archive"],
    )
    def test_what_has_more_time_or_is_put_away_is_due_no_longer(self, task, alice, bob, act, is_told):
        for one in task:
            act(alice, one)
        mail.deliver_due()
        for kind, words in (("task_overdue", "is overdue"), ("task_due", "is due tomorrow")):
            assert bool(bell_of(bob, kind)) is is_told
            assert any(words in text for text in letters_to(bob)) is is_told

    @pytest.mark.parametrize("by_now", ["another's", "unassigned"])
    def test_nor_is_what_somebody_is_not_to_do_any_more(self, team, task, alice, bob, carol, by_now):
        join(team, carol)
        for one in task:
            services.edit_task(editor=alice, task=one, assignees=[carol] if by_now == "another's" else [])
        mail.deliver_due()
        for kind, words in (("task_overdue", "is overdue"), ("task_due", "is due tomorrow")):
            assert bell_of(bob, kind) == []
            assert not any(words in text for text in letters_to(bob))

    def test_of_what_nobody_has_who_has_made_it_is_told(self, team, alice, bob):
        task = TaskFactory(team=team, creator=bob, due_date=today() - timedelta(days=1))
        services.note_overdue()
        deliver_all()
        assert len(bell_of(bob, "task_overdue")) == 1
        services.edit_task(editor=alice, task=task, assignees=[alice])
        assert bell_of(bob, "task_overdue") == []

    def test_that_it_has_become_urgent_is_told_to_who_owns_the_team_by_now(self, team, alice, bob):
        Membership.objects.filter(team=team).update(role="owner")
        services.edit_team(owner=alice, team=team, escalates_overdue=True)
        TaskFactory(team=team, priority=Task.Priority.HIGH, due_date=today() - timedelta(days=1))
        services.escalate_overdue()
        deliver_all()
        services.change_role(owner=alice, membership=team.memberships.get(user=bob), role="member")
        mail.deliver_due()
        for person, is_told in ((alice, True), (bob, False)):
            assert bool(bell_of(person, "task_escalated")) is is_told
            assert any("is urgent from now on" in text for text in letters_to(person)) is is_told


class TestNews:
    @pytest.fixture(autouse=True)
    def _changed(self, team, alice, bob, settings):
        """Bob has changed a task of Alice's, of which she is soon to be told."""
        settings.TASKS_MAIL_SECONDS = 0
        services.edit_task(editor=bob, task=TaskFactory(team=team, title="Mend"), title="Mend it")
        deliver_all()

    def send(self, alice):
        services.send_news()
        mail.deliver_due()
        return [text for text in letters_to(alice) if "Mend it" in text]

    def test_they_name_who_has_changed_a_task(self, alice):
        (text,) = self.send(alice)
        assert "bob: " in text

    def test_but_not_who_is_blocked(self, alice, bob, ada):
        block_user(admin=ada, user=bob)
        (text,) = self.send(alice)
        assert ("bob" in text, "somebody: " in text) == (False, True)

    def test_those_that_were_written_before_are_written_anew_once(self, alice, bob, ada):
        services.send_news()
        block_user(admin=ada, user=bob)
        mail.deliver_due()
        assert not letters_to(alice)
        (text,) = self.send(alice)
        assert ("bob" in text, "somebody: " in text) == (False, True)
        assert self.send(alice) == [text]

    def test_they_call_a_task_what_it_is_called_when_they_are_sent(self, alice):
        services.send_news()
        Task.objects.update(title="Mend it quietly")
        mail.deliver_due()
        assert not letters_to(alice)
        (text,) = self.send(alice)
        assert text.count(f"{Task.objects.get().key} Mend it quietly") == 1
        assert self.send(alice) == [text]

    def test_an_e_mail_of_the_version_before_names_nobody_in_its_facts_and_is_sent(self, alice):
        services.send_news()
        for letter in OutgoingMail.objects.filter(key__startswith="task-news/"):
            del letter.about["named"], letter.about["names"]
            letter.save()
        assert len(self.send(alice)) == 1


class TestInvitations:
    @pytest.fixture
    def _spoken(self, team, alice, bob, carol):
        """Carol is invited by Alice, whom Bob makes a guest before it is read."""
        team.memberships.filter(user=bob).update(role="owner")
        services.invite(owner=alice, team=team, who="carol")
        deliver_all()
        assert len(bell_of(carol, "team_invitation")) == 1
        services.change_role(owner=bob, membership=Membership.objects.get(team=team, user=alice), role="guest")

    @pytest.mark.usefixtures("_spoken")
    def test_one_that_stands_no_more_is_neither_shown_nor_mailed(self, carol):
        mail.deliver_due()
        assert (bell_of(carol, "team_invitation"), letters_to(carol)) == ([], [])

    def test_however_many_there_are_the_statements_are_as_many(self, carol, django_assert_max_num_queries):
        for _number in range(5):
            team = TeamFactory()
            services.invite(owner=team.memberships.get().user, team=team, who="carol")
        deliver_all()
        rows = Notification.objects.of(carol).select_related("actor")
        for some in (rows[:1], rows[:5]):
            with django_assert_max_num_queries(2):
                assert len(told(carol, some)) == len(some)
