"""Teams: who is in them, how one comes in and goes, and that others see nothing of them."""

import re

import pytest
import time_machine
from django.utils import timezone

from innotter.accounts.services import block_user, unblock_user
from innotter.errors import Conflict, Forbidden, Invalid
from innotter.rows import Gone
from innotter.tasks import background, services
from innotter.tasks.confirming import invitation_path
from innotter.tasks.models import Invitation, Membership, Task, Team
from innotter.tasks.models.team import INVITATION_LASTS
from innotter.tasks.services import inviting, teaming
from tests.factories.accounts import UserFactory
from tests.factories.tasks import TaskFactory, TeamFactory, join


@pytest.fixture
def team(alice, bob):
    return TeamFactory(owner=alice, name="The workshop", members=[bob])


def role_of(person, team):
    return Membership.objects.filter(team=team, user=person).values_list("role", flat=True).first()


def test_whoever_founds_a_team_owns_it(as_person, alice):
    answer = as_person(alice).post("/api/teams/", {"name": "The workshop", "key": "web"})
    assert answer.status_code == 201
    assert answer.json() | {"created_at": None, "id": 1} == {
        "id": 1,
        "name": "The workshop",
        "key": "WEB",
        "is_personal": False,
        "role": "owner",
        "people": 1,
        "assigns_by_load": False,
        "escalates_overdue": False,
        "reminds_before_due": True,
        "closes_parents": False,
        "created_at": None,
    }


@pytest.mark.parametrize("body", [{"name": "", "key": "WEB"}, {"name": "x", "key": "W"}, {"name": "x", "key": "1-2"}])
def test_a_team_has_a_name_and_a_short_key(as_person, alice, body):
    answer = as_person(alice).post("/api/teams/", body)
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) <= {"name", "key"}


def test_a_team_is_not_there_for_others(as_person, team, carol, mia, ada):
    for stranger in (carol, mia, ada):
        visitor = as_person(stranger)
        assert visitor.get(f"/api/teams/{team.pk}/").status_code == 404
        assert visitor.get("/api/teams/").json()["results"] == []
        assert visitor.post(f"/api/teams/{team.pk}/invitations/", {"who": "carol"}).status_code == 404


def test_an_invitation_by_name_is_a_notification_and_works_once(as_person, team, alice, carol, mails_to):
    answer = as_person(alice).post(f"/api/teams/{team.pk}/invitations/", {"who": "carol", "role": "guest"})
    assert answer.status_code == 201
    letter = mails_to(carol.email)[0]
    assert "invited you to the team “The workshop”" in letter.subject
    token = re.search(r"/teams/join/([^/\s]+)/", letter.text)[1]
    assert as_person(alice).post("/api/teams/join/", {"token": token}).status_code == 403
    assert as_person(carol).post("/api/teams/join/", {"token": token}).json()["role"] == "guest"
    assert role_of(carol, team) == "guest"
    assert as_person(carol).post("/api/teams/join/", {"token": token}).status_code == 409


def test_an_invitation_by_address_lets_in_whoever_holds_the_letter_once(as_person, team, alice, carol, mails_to):
    as_person(alice).post(f"/api/teams/{team.pk}/invitations/", {"who": "Somebody@Example.com"})
    letter = mails_to("somebody@example.com")[0]
    token = re.search(r"/teams/join/([^/\s]+)/", letter.text)[1]
    assert as_person(carol).post("/api/teams/join/", {"token": token}).status_code == 200
    late = UserFactory()
    assert as_person(late).post("/api/teams/join/", {"token": token}).status_code == 409
    assert role_of(late, team) is None


def test_who_invites_is_not_told_who_has_an_account(as_person, team, alice, carol):
    known, unknown = (
        as_person(alice).post(f"/api/teams/{team.pk}/invitations/", {"who": who}).json()
        for who in (carol.email, "nobody@example.org")
    )
    assert set(known) == set(unknown)
    assert known["username"] is unknown["username"] is None


def test_an_invitation_is_withdrawn_and_runs_out(as_person, team, alice, carol, mails_to, monkeypatch):
    invitation = services.invite(owner=alice, team=team, who="carol")
    token = re.search(r"/teams/join/([^/\s]+)/", mails_to(carol.email)[0].text)[1]
    assert as_person(alice).delete(f"/api/teams/{team.pk}/invitations/{invitation.pk}/").status_code == 204
    assert as_person(carol).post("/api/teams/join/", {"token": token}).status_code == 404
    assert as_person(carol).post("/api/teams/join/", {"token": "nonsense"}).status_code == 404


def test_inviting_again_replaces_the_first(team, alice, carol):
    services.invite(owner=alice, team=team, who="carol")
    services.invite(owner=alice, team=team, who="@carol", role="guest")
    assert [row.role for row in Invitation.objects.filter(team=team, used_at=None)] == ["guest"]
    with pytest.raises(Conflict):
        services.invite(owner=alice, team=team, who="bob")
    with pytest.raises(Invalid):
        services.invite(owner=alice, team=team, who="nobody-at-all")
    with pytest.raises(Invalid):
        services.invite(owner=alice, team=team, who="no@mail@address")


def test_nobody_writes_letters_to_the_whole_world(as_person, browser_of, team, alice, settings):
    settings.THROTTLES = {**settings.THROTTLES, "invite_account": "2/hour"}
    for number in range(2):
        as_person(alice).post(f"/api/teams/{team.pk}/invitations/", {"who": f"x{number}@example.org"})
    assert as_person(alice).post(f"/api/teams/{team.pk}/invitations/", {"who": "y@example.org"}).status_code == 429
    answer = browser_of(alice).post(f"/teams/{team.pk}/invite/", {"who": "y@example.org", "role": "guest"})
    assert answer.status_code == 429
    assert Invitation.objects.filter(team=team, used_at=None).count() == 2


def test_only_owners_invite_and_change_roles(as_person, team, bob):
    member = as_person(bob)
    assert member.post(f"/api/teams/{team.pk}/invitations/", {"who": "carol"}).status_code == 403
    assert member.patch(f"/api/teams/{team.pk}/members/alice/", {"role": "guest"}).status_code == 403
    assert member.patch(f"/api/teams/{team.pk}/", {"name": "Mine"}).status_code == 403
    assert member.delete(f"/api/teams/{team.pk}/").status_code == 403


def test_a_team_keeps_an_owner(as_person, team, alice, bob):
    owner = as_person(alice)
    assert owner.post(f"/api/teams/{team.pk}/leave/").status_code == 409
    assert owner.patch(f"/api/teams/{team.pk}/members/alice/", {"role": "member"}).status_code == 409
    assert owner.patch(f"/api/teams/{team.pk}/members/BOB/", {"role": "owner"}).json()["role"] == "owner"
    assert owner.post(f"/api/teams/{team.pk}/leave/").status_code == 204
    assert role_of(alice, team) is None
    assert role_of(bob, team) == "owner"


def test_who_leaves_has_no_task_and_no_view_of_the_team_any_more(as_person, team, alice, bob):
    task = TaskFactory(team=team, creator=alice, assignees=[bob])
    assert as_person(alice).delete(f"/api/teams/{team.pk}/members/bob/").status_code == 204
    assert list(task.assignees.all()) == []
    assert not task.watchers.contains(bob)
    assert task.history.filter(field="assignees", before=["bob"], after=[]).exists()
    assert as_person(bob).get(f"/api/tasks/{task.pk}/").status_code == 404
    assert as_person(bob).get(f"/api/teams/{team.pk}/members/").status_code == 404


def test_guests_read_and_comment_and_nothing_else(as_person, team, alice, carol):
    task = TaskFactory(team=team, creator=alice)
    join(team, carol, "guest")
    guest = as_person(carol)
    assert guest.get(f"/api/tasks/{task.pk}/").status_code == 200
    assert guest.post(f"/api/tasks/{task.pk}/comments/", {"text": "Nice"}).status_code == 201
    assert guest.post(f"/api/tasks/{task.pk}/watch/").status_code == 204
    assert guest.patch(f"/api/tasks/{task.pk}/", {"title": "Mine"}, format="json").status_code == 403
    assert guest.post("/api/tasks/", {"title": "Mine", "team": team.pk}, format="json").status_code == 403
    assert guest.post(f"/api/tasks/{task.pk}/move/", {"status": "done"}, format="json").status_code == 403
    refused = as_person(alice).post(f"/api/tasks/{task.pk}/assign/", {"assignees": ["carol"]}, format="json")
    assert refused.status_code == 400


def test_everybody_has_a_space_of_their_own(as_person, alice, bob):
    owner = as_person(alice)
    task = owner.post("/api/tasks/", {"title": "Buy seeds"}, format="json").json()
    assert (task["team"], task["key"], task["assignees"]) == (None, "ME-1", ["alice"])
    assert [team["is_personal"] for team in owner.get("/api/teams/").json()["results"]] == [True]
    assert as_person(bob).get(f"/api/tasks/{task['id']}/").status_code == 404
    space = Team.objects.get(space_of=alice)
    for address in ("invitations", "leave"):
        assert owner.post(f"/api/teams/{space.pk}/{address}/", {"who": "bob"}, format="json").status_code == 409
    assert owner.delete(f"/api/teams/{space.pk}/").status_code == 409


def test_a_team_is_removed_with_all_that_is_in_it(as_person, team, alice):
    TaskFactory(team=team, creator=alice)
    kept = TaskFactory()
    assert as_person(alice).delete(f"/api/teams/{team.pk}/").status_code == 204
    assert as_person(alice).get(f"/api/teams/{team.pk}/").status_code == 404
    assert as_person(alice).get("/api/tasks/").json()["results"] == []
    background.remove_abandoned_teams()
    assert list(Task.objects.all()) == [kept]
    assert not Team.objects.filter(pk=team.pk).exists()


def test_who_is_blocked_does_nothing(team, alice):
    alice.is_blocked = True
    with pytest.raises(Forbidden):
        services.create_task(creator=alice, team=team, title="x")


def test_removing_somebody_is_a_button_and_no_role(alice, bob, browser_of):
    team = TeamFactory(owner=alice, members=[bob])
    html = browser_of(alice).get(team.get_absolute_url()).content.decode()
    assert 'value="none"' not in html
    assert f"/members/{bob.username}/remove/" in html
    assert f"/members/{alice.username}/remove/" not in html


def test_who_leaves_waits_for_a_few_tasks_and_the_rest_is_taken_later(team, alice, bob, monkeypatch):
    monkeypatch.setattr(teaming, "AT_ONCE", 2)
    tasks = [TaskFactory(team=team, creator=alice, assignees=[alice, bob]) for _number in range(5)]
    services.leave_team(member=bob, team=team)
    assert Task.objects.assigned_to(bob).count() == 3
    background.take_tasks_from_outsiders()
    assert not Task.objects.assigned_to(bob).exists()
    assert Task.objects.assigned_to(alice).count() == 5
    assert tasks[-1].history.get(field="assignees", after=["alice"]).is_automation
    assert services.take_tasks_from_outsiders() == 0


def test_somebody_who_is_blocked_keeps_nobody_from_leaving(team, alice, bob, carol):
    """Their tasks stay theirs: they may come back."""
    join(team, carol)
    task = TaskFactory(team=team, creator=alice, assignees=[bob, carol])
    carol.is_blocked = True
    carol.save()
    services.leave_team(member=bob, team=team)
    background.take_tasks_from_outsiders()
    assert list(task.assignees.all()) == [carol]


@pytest.mark.parametrize("way", ["removed", "no owner", "blocked"])
def test_an_invitation_ends_with_the_power_of_who_has_spoken_it(
    alice, bob, carol, ada, browser_of, as_person, monkeypatch, way
):
    team = TeamFactory(owner=alice, members=[bob])
    theirs = team.memberships.get(user=bob)
    services.change_role(owner=alice, membership=theirs, role="owner")
    invitation = services.invite(owner=bob, team=team, who="accomplice@example.org", role="owner")
    if way == "removed":
        services.remove_member(owner=alice, membership=team.memberships.get(user=bob))
    elif way == "no owner":
        services.change_role(owner=alice, membership=team.memberships.get(user=bob), role="member")
    else:
        block_user(admin=ada, user=bob)
    with pytest.raises(Conflict):
        services.accept_invitation(person=carol, invitation=invitation)
    assert browser_of(carol).get(invitation_path(invitation)).status_code == 404
    assert "accomplice@example.org" not in browser_of(alice).get(f"/teams/{team.pk}/").content.decode(), (
        "nor is it shown"
    )
    assert as_person(alice).get(f"/api/teams/{team.pk}/invitations/").json()["results"] == []
    monkeypatch.setattr(inviting, "MOST_OPEN", 1)
    services.invite(owner=alice, team=team, who="another@example.org")
    with pytest.raises(Conflict):
        services.invite(owner=alice, team=team, who="one-more@example.org")


def test_an_invitation_that_is_too_old_is_shown_no_more(team, alice, browser_of, as_person):
    services.invite(owner=alice, team=team, who="late@example.org")
    with time_machine.travel(timezone.now() + INVITATION_LASTS, tick=False):
        assert "late@example.org" not in browser_of(alice).get(f"/teams/{team.pk}/").content.decode()
        assert as_person(alice).get(f"/api/teams/{team.pk}/invitations/").json()["results"] == []


def test_who_has_come_by_a_letter_and_is_sent_away_does_not_come_again_by_name(team, alice, carol, browser_of):
    by_name = services.invite(owner=alice, team=team, who="carol")
    letter = services.invite(owner=alice, team=team, who=carol.email)
    services.accept_invitation(person=carol, invitation=letter)
    services.remove_member(owner=alice, membership=team.memberships.get(user=carol))
    assert browser_of(carol).get(invitation_path(by_name)).status_code == 404
    with pytest.raises(Gone):
        services.accept_invitation(person=carol, invitation=by_name)


def test_who_is_removed_comes_back_by_no_older_letter_and_by_a_new_one(team, alice, carol, browser_of):
    older = services.invite(owner=alice, team=team, who="carol.at.home@example.org")
    join(team, carol)
    services.remove_member(owner=alice, membership=team.memberships.get(user=carol))
    assert browser_of(carol).get(invitation_path(older)).status_code == 404
    with pytest.raises(Conflict):
        services.accept_invitation(person=carol, invitation=older)
    newer = services.invite(owner=alice, team=team, who="carol.at.work@example.org")
    services.accept_invitation(person=carol, invitation=newer)
    assert role_of(carol, team) == "member"


def test_a_member_takes_over_a_team_whose_owners_are_all_blocked(team, alice, bob, carol, ada, as_person, browser_of):
    join(team, carol, role="guest")
    offer = "Become the owner"
    address = f"/teams/{team.pk}/"
    assert offer not in browser_of(bob).get(address).content.decode()
    assert as_person(bob).post(f"/api/teams/{team.pk}/take-over/").status_code == 409
    block_user(admin=ada, user=alice)
    assert offer not in browser_of(carol).get(address).content.decode(), "a guest does not"
    assert as_person(carol).post(f"/api/teams/{team.pk}/take-over/").status_code == 409
    assert offer in browser_of(bob).get(address).content.decode()
    assert browser_of(bob).post(f"{address}take-over/").status_code == 302
    assert (role_of(bob, team), role_of(alice, team)) == ("owner", "owner")
    unblock_user(admin=ada, user=alice)
    assert role_of(alice, team) == "owner", "who comes back is an owner as before"


def test_nobody_takes_over_a_space(alice, bob, ada):
    space = services.space_of(person=alice)
    block_user(admin=ada, user=alice)
    with pytest.raises(Conflict):
        services.take_over_team(member=bob, team=space)


def test_leaving_is_offered_to_those_who_may(team, alice, bob, browser_of):
    address = f"/teams/{team.pk}/leave/"

    def is_offered(person):
        return address in browser_of(person).get(f"/teams/{team.pk}/settings/").content.decode()

    assert (is_offered(alice), is_offered(bob)) == (False, True), "she is its only owner"
    teaming.change_role(owner=alice, membership=team.memberships.get(user=bob), role="owner")
    assert (is_offered(alice), is_offered(bob)) == (True, True)


def test_an_old_form_takes_back_no_rule_that_another_owner_has_set(team, alice, browser_of):
    browser = browser_of(alice)
    html = browser.get(f"/teams/{team.pk}/edit/").content.decode()
    shown = dict(re.findall(r'name="(shown-\w+)" value="([^"]*)"', html))
    assert shown["shown-closes_parents"] == "False"
    services.edit_team(owner=alice, team=team, closes_parents=True, name="The forge")
    sent = shown | {"name": "The workshop", "key": "FORGE", "reminds_before_due": "on"}
    assert browser.post(f"/teams/{team.pk}/edit/", sent).status_code == 302
    team.refresh_from_db()
    assert (team.name, team.key, team.closes_parents, team.reminds_before_due) == ("The forge", "FORGE", True, True)
