"""What a block means for teams: nobody has tasks who is shut out, is told of them, or counts as an owner who stays."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from innotter.accounts.services import block_user, unblock_user
from innotter.errors import Conflict, Forbidden, Invalid
from innotter.mail.models import OutgoingMail
from innotter.notifications.models import Notification
from innotter.notifications.services import count_unread
from innotter.notifications.tellers import told
from innotter.tasks import background, services
from innotter.tasks.models import Membership, TaskNews
from innotter.tasks.models.task import today
from innotter.tasks.permissions import (
    can_change_task,
    can_delete_comment,
    can_manage_team,
    can_start_team,
    can_talk_in,
    can_work_in,
)
from tests.factories.accounts import UserFactory
from tests.factories.tasks import TaskFactory, TeamFactory, join


@pytest.fixture
def team(alice, bob):
    return TeamFactory(owner=alice, members=[bob])


def membership(team, person):
    return Membership.objects.get(team=team, user=person)


def make_owner(team, person):
    Membership.objects.filter(team=team, user=person).update(role=Membership.Role.OWNER)


class TestHavingTasks:
    def test_a_blocked_member_is_given_no_task(self, team, alice, bob, ada):
        task = TaskFactory(team=team)
        block_user(admin=ada, user=bob)
        for give in (
            lambda: services.edit_task(editor=alice, task=task, assignees=[bob]),
            lambda: services.edit_many(editor=alice, tasks=[task], assignees=[bob]),
            lambda: services.create_task(creator=alice, team=team, title="x", assignees=[bob]),
        ):
            with pytest.raises((Invalid, Conflict)):
                give()
        assert not task.assignees.exists()
        unblock_user(admin=ada, user=bob)
        services.edit_task(editor=alice, task=task, assignees=[bob])
        assert list(task.assignees.all()) == [bob]

    def test_by_the_api_neither(self, team, alice, bob, ada, as_person):
        task = TaskFactory(team=team)
        block_user(admin=ada, user=bob)
        answer = as_person(alice).post(f"/api/tasks/{task.pk}/assign/", {"assignees": ["bob"]}, format="json")
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["assignees"])

    def test_who_has_a_task_already_and_is_blocked_keeps_it_whoever_else_is_named(self, team, alice, bob, ada):
        task = TaskFactory(team=team, assignees=[bob])
        block_user(admin=ada, user=bob)
        services.edit_task(editor=alice, task=task, assignees=[bob, alice])
        assert set(task.assignees.all()) == {alice, bob}

    def test_the_least_loaded_is_not_somebody_who_is_blocked(self, alice, bob, ada, deliver_events):
        team = TeamFactory(owner=alice, members=[bob], assigns_by_load=True)
        TaskFactory(team=team, assignees=[alice])
        block_user(admin=ada, user=bob)
        new = TaskFactory(team=team)
        deliver_events()
        assert list(new.assignees.all()) == [alice]

    def test_where_all_are_blocked_it_is_nobodys(self, alice, ada, deliver_events):
        team = TeamFactory(owner=alice, assigns_by_load=True)
        new = TaskFactory(team=team)
        block_user(admin=ada, user=alice)
        deliver_events()
        assert not new.assignees.exists()


class TestOwning:
    """A team keeps an owner who can come in."""

    @pytest.fixture
    def beside_a_blocked_owner(self, team, bob, ada):
        make_owner(team, bob)
        block_user(admin=ada, user=bob)
        return team

    def test_the_last_who_is_not_blocked_does_not_leave(self, beside_a_blocked_owner, alice, as_person):
        team = beside_a_blocked_owner
        assert as_person(alice).post(f"/api/teams/{team.pk}/leave/").status_code == 409
        for go in (
            lambda: services.leave_team(member=alice, team=team),
            lambda: services.remove_member(owner=alice, membership=membership(team, alice)),
            lambda: services.change_role(owner=alice, membership=membership(team, alice), role="member"),
            lambda: services.change_role(owner=alice, membership=membership(team, alice), role="guest"),
        ):
            with pytest.raises(Conflict):
                go()
        assert membership(team, alice).role == "owner"

    def test_the_blocked_one_can_be_sent_away_or_made_a_guest(self, beside_a_blocked_owner, alice, bob):
        team = beside_a_blocked_owner
        services.change_role(owner=alice, membership=membership(team, bob), role="guest")
        services.remove_member(owner=alice, membership=membership(team, bob))
        assert list(team.memberships.values_list("user", flat=True)) == [alice.pk]

    def test_with_another_owner_one_leaves(self, beside_a_blocked_owner, alice, carol):
        team = beside_a_blocked_owner
        join(team, carol)
        make_owner(team, carol)
        services.leave_team(member=alice, team=team)
        assert not team.memberships.filter(user=alice).exists()


SHUT_OUT = {
    "blocked": {"is_blocked": True},
    "not proved to be theirs": {"email_verified_at": None},
}


@pytest.mark.parametrize("why", SHUT_OUT)
@pytest.mark.parametrize("role", ["owner", "member", "guest"])
def test_who_is_shut_out_may_do_nothing_in_any_role(team, role, why):
    person = UserFactory()
    join(team, person, role)
    task = TaskFactory(team=team)
    comment = services.comment_on_task(author=person, task=task, text="Mine")
    rules = {
        "work": lambda: can_work_in(person, team),
        "talk": lambda: can_talk_in(person, team),
        "manage": lambda: can_manage_team(person, team),
        "change": lambda: can_change_task(person, task),
        "take back": lambda: can_delete_comment(person, comment),
        "found": lambda: can_start_team(person),
    }
    may = {"talk", "take back", "found"}
    may |= {"work", "change"} if role != "guest" else set()
    may |= {"manage"} if role == "owner" else set()
    assert {name for name, rule in rules.items() if rule()} == may
    for field, value in SHUT_OUT[why].items():
        setattr(person, field, value)
    assert {name for name, rule in rules.items() if rule()} == set()


def test_who_has_left_the_team_takes_back_no_comment(team, alice, bob):
    comment = services.comment_on_task(author=bob, task=TaskFactory(team=team), text="Mine")
    services.leave_team(member=bob, team=team)
    assert not can_delete_comment(bob, comment)
    with pytest.raises(Forbidden):
        services.delete_comment(person=bob, comment=comment)
    services.delete_comment(person=alice, comment=comment)
    assert not comment.task.comments.exists()


class TestBeingTold:
    @pytest.fixture(params=["blocked", "not proved to be theirs", "left, and watches still"])
    def watcher(self, request, team, bob):
        """Somebody who watches a task, and from now on may not read it."""
        task = TaskFactory(team=team, assignees=[bob])
        services.watch_task(watcher=bob, task=task)
        if request.param in SHUT_OUT:
            type(bob).objects.filter(pk=bob.pk).update(**SHUT_OUT[request.param])
        else:
            Membership.objects.filter(team=team, user=bob).delete()
        return bob

    @pytest.fixture
    def task(self, team, watcher):
        return team.tasks.get()

    @pytest.fixture
    def nothing_is_said(self, watcher, mails_to, settings):
        """Neither now nor when the e-mails have waited long enough."""
        before = len(mails_to(watcher.email))
        Notification.objects.all().delete()
        TaskNews.objects.all().delete()

        def check():
            mails_to(watcher.email)
            assert not TaskNews.objects.filter(person=watcher).exists()
            assert not Notification.objects.of(watcher).exists()
            with time_machine.travel(timezone.now() + timedelta(seconds=settings.TASKS_MAIL_SECONDS + 1)):
                background.send_task_notification()
                assert len(mails_to(watcher.email)) == before

        return check

    def test_nobody_is_told_of_a_change_who_may_not_read_it(self, task, alice, nothing_is_said):
        services.edit_task(editor=alice, task=task, title="Secret plans")
        nothing_is_said()

    def test_nor_of_a_comment(self, task, alice, nothing_is_said):
        services.comment_on_task(author=alice, task=task, text="Secret plans")
        nothing_is_said()

    def test_nor_when_it_names_them(self, task, alice, nothing_is_said):
        services.comment_on_task(author=alice, task=task, text="Secret plans, @bob")
        nothing_is_said()

    def test_nor_that_it_is_due_or_overdue(self, task, nothing_is_said):
        type(task).objects.filter(pk=task.pk).update(due_date=today() + timedelta(days=1))
        services.remind()
        type(task).objects.filter(pk=task.pk).update(due_date=date(2020, 1, 1))
        services.note_overdue()
        nothing_is_said()

    def test_nor_in_the_morning(self, task, watcher, mails_to):
        before = len(mails_to(watcher.email))
        with time_machine.travel(datetime(2026, 11, 25, 8, tzinfo=UTC)):
            type(task).objects.filter(pk=task.pk).update(due_date=today())
            background.generate_daily_summary()
            assert len(mails_to(watcher.email)) == before


class TestBlockedOnTheWay:
    """What happened before the block is neither written afterwards nor, where it is written, sent."""

    @pytest.fixture
    def later(self, settings):
        with time_machine.travel(timezone.now() + timedelta(seconds=settings.TASKS_MAIL_SECONDS + 1)):
            yield

    @pytest.fixture
    def waiting(self, team, alice, bob, mails_to):
        """News of a task, gathered for Bob; gives the e-mails that tell of it."""
        task = TaskFactory(team=team, assignees=[bob])
        services.edit_task(editor=alice, task=task, title="Secret plans")
        mails_to(bob.email)
        assert TaskNews.objects.filter(person=bob).exists()
        return OutgoingMail.objects.filter(to=bob.email, key__startswith="task-news/")

    def test_no_e_mail_is_written(self, bob, ada, waiting, later):
        block_user(admin=ada, user=bob)
        background.send_task_notification()
        assert not waiting.exists()

    @pytest.mark.parametrize("is_blocked", [False, True])
    def test_one_that_is_written_is_not_sent(self, bob, ada, waiting, later, mails_to, is_blocked):
        background.send_task_notification()
        assert waiting.get().sent_at is None
        if is_blocked:
            block_user(admin=ada, user=bob)
        assert any("Secret plans" in mail.text for mail in mails_to(bob.email)) is not is_blocked
        assert (waiting.get().error == "withdrawn") is is_blocked


@pytest.mark.parametrize("is_blocked", [False, True])
def test_the_invitation_of_somebody_who_is_blocked_before_it_is_sent_stays_at_home(
    team, alice, ada, mails_to, is_blocked
):
    services.invite(owner=alice, team=team, who="friend@example.com")
    if is_blocked:
        block_user(admin=ada, user=alice)
    assert len(mails_to("friend@example.com")) == (0 if is_blocked else 1)


@pytest.mark.parametrize("who", ["one", "both"])
def test_of_what_only_the_blocked_have_to_do_its_maker_is_told_that_it_is_due(
    team, alice, bob, carol, ada, deliver_events, who
):
    """As of what is nobody's: else nobody at all would hear of it."""
    join(team, carol)
    task = TaskFactory(team=team, assignees=[bob, carol], due_date=today() - timedelta(days=1))
    for person in [bob, carol] if who == "both" else [bob]:
        block_user(admin=ada, user=person)
    services.note_overdue()
    deliver_events()
    rows = Notification.objects.filter(kind="task_overdue", subject_id=task.pk)
    assert list(rows.values_list("recipient", flat=True)) == [alice.pk if who == "both" else carol.pk]
    assert count_unread(recipient=alice if who == "both" else carol, most=100) >= 1
    unblock_user(admin=ada, user=bob)
    if who == "both":
        kinds = {row.kind for row in Notification.objects.of(alice) if row.pk in told_of(alice)}
        assert "task_overdue" not in kinds, "it is his again"


def told_of(person):
    return told(person, Notification.objects.of(person).select_related("actor", "recipient"))
