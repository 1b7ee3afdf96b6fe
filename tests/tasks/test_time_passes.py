"""What time does to teams and tasks: invitations run out, what is put away is gone, mornings and due days come."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone

from innotter.errors import Conflict
from innotter.mail.models import OutgoingMail
from innotter.tasks import background, services
from innotter.tasks.confirming import invitation_of_token
from innotter.tasks.models import Invitation, Membership, Task
from innotter.tasks.models.team import INVITATION_LASTS
from innotter.tasks.permissions import can_still_invite
from innotter.tasks.services import inviting
from tests.factories.tasks import TaskFactory, TeamFactory
from tests.together import held_by_another

DAY = timedelta(days=1)
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def team(alice, bob):
    return TeamFactory(owner=alice, members=[bob])


@pytest.fixture
def invitation(team, alice, carol):
    return services.invite(owner=alice, team=team, who="carol")


@pytest.fixture
def token(invitation, carol, mails_to):
    return re.search(r"/teams/join/([^/\s]+)/", mails_to(carol.email)[0].text)[1]


class TestInvitations:
    @pytest.mark.parametrize(("days", "is_good"), [(13.9, True), (14.1, False)])
    def test_an_invitation_is_good_for_two_weeks(self, carol, token, as_person, browser_of, days, is_good):
        with time_machine.travel(timezone.now() + days * DAY):
            assert (browser_of(carol).get(f"/teams/join/{token}/").status_code == 200) is is_good
            answer = as_person(carol).post("/api/teams/join/", {"token": token})
            assert answer.status_code == (200 if is_good else 404)
        assert Membership.objects.filter(user=carol).exists() is is_good

    def test_an_old_letter_to_what_still_stands_is_no_way_in(self, token):
        with time_machine.travel(timezone.now() + 15 * DAY):
            Invitation.objects.update(created_at=timezone.now())
            assert invitation_of_token(token) is None

    @pytest.mark.parametrize(("days", "is_good"), [(13.9, True), (14.1, False)])
    def test_an_old_invitation_is_no_way_in_whatever_the_letter_says(self, carol, invitation, token, days, is_good):
        Invitation.objects.update(created_at=timezone.now() - days * DAY)
        invitation = invitation_of_token(token)
        assert can_still_invite(invitation) is is_good
        if is_good:
            services.accept_invitation(person=carol, invitation=invitation)
        else:
            with pytest.raises(Conflict):
                services.accept_invitation(person=carol, invitation=invitation)
        assert Membership.objects.filter(user=carol).exists() is is_good

    def test_inviting_again_begins_a_new_time(self, team, alice, carol, invitation, mails_to, as_person):
        mails_to(carol.email)
        with time_machine.travel(timezone.now() + 20 * DAY):
            services.invite(owner=alice, team=team, who="carol")
            newest = re.search(r"/teams/join/([^/\s]+)/", mails_to(carol.email)[0].text)[1]
            assert as_person(carol).post("/api/teams/join/", {"token": newest}).status_code == 200
        with pytest.raises(ObjectDoesNotExist):
            invitation.refresh_from_db()


def test_what_was_taken_out_again_is_not_gone(team, alice):
    task = TaskFactory(team=team)
    services.archive_task(archiver=alice, task=task)
    services.restore_task(archiver=alice, task=task)
    with time_machine.travel(timezone.now() + 365 * DAY):
        assert services.forget_archived() == 0


@pytest.mark.parametrize(("hour", "comes"), [(6, False), (7, True), (11, True), (12, False), (20, False)])
def test_the_summary_is_for_the_morning(team, bob, hour, comes):
    with time_machine.travel(datetime(2026, 11, 25, hour, 30, tzinfo=UTC)):
        TaskFactory(team=team, assignees=[bob], due_date=timezone.localdate())
        background.generate_daily_summary()
    assert OutgoingMail.objects.filter(key__startswith="task-summary/").exists() is comes


@pytest.mark.parametrize(("days", "kind"), [(0, None), (1, "reminded"), (2, None), (-1, "overdue")])
def test_a_day_has_its_news_and_has_them_once(team, bob, days, kind):
    task = TaskFactory(team=team, assignees=[bob], due_date=(NOON + days * DAY).date())
    with time_machine.travel(NOON):
        for first in (1, 0):
            assert services.remind() == (first if kind == "reminded" else 0)
            assert services.note_overdue() == (first if kind == "overdue" else 0)
    task.refresh_from_db()
    assert (task.reminded_for == task.due_date) is (kind == "reminded")


@pytest.mark.parametrize(
    ("work", "change"),
    [
        (services.note_overdue, {"due_date": "2020-01-01"}),
        (services.forget_archived, {"archived_at": datetime(2020, 1, 1, tzinfo=UTC)}),
        (services.remind, {}),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_a_task_that_somebody_holds_keeps_no_other_waiting(work, change):
    team = TeamFactory()
    first, _second = (TaskFactory(team=team, due_date=(NOON + DAY).date()) for _number in range(2))
    Task.objects.update(**change)
    with time_machine.travel(NOON):
        with held_by_another(first):
            assert work() == 1
        assert work() == 1


def test_invitations_that_are_too_old_keep_nobody_from_being_invited(alice):
    team = TeamFactory(owner=alice)
    Invitation.objects.bulk_create(
        Invitation(team=team, email=f"guest-{number}@example.org", role=Membership.Role.MEMBER, invited_by=alice)
        for number in range(inviting.MOST_OPEN)
    )
    with pytest.raises(Conflict, match="At most"):
        services.invite(owner=alice, team=team, who="one-more@example.org")
    with time_machine.travel(timezone.now() + INVITATION_LASTS + timedelta(minutes=1)):
        invited = services.invite(owner=alice, team=team, who="one-more@example.org")
        assert list(Invitation.objects.filter(team=team)) == [invited], "what is good for nothing is shown to nobody"
