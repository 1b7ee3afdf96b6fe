"""Teams: founding them, and who is in them."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User
from innotter.errors import Conflict, Invalid, require
from innotter.events.services import record, record_all
from innotter.outages import done_for_each
from innotter.tasks.events import TaskDeleted, TeamJoined, TeamLeft
from innotter.tasks.models import Invitation, Membership, Removal, Task, TaskAssignment, Team
from innotter.tasks.permissions import can_manage_team, can_start_team, can_take_over, is_last_owner
from innotter.tasks.services.changing import change, value_of
from innotter.tasks.services.holding import hold

MOST_TEAMS = 100
#: Removed in portions, so that no transaction holds many rows.
PORTION = 500
#: Tasks that are taken from somebody while the request waits; beat takes the rest.
AT_ONCE = 20
Role = Membership.Role


@transaction.atomic
def create_team(*, owner: User, name: str, key: str, **rules: bool) -> Team:
    """Found a team: its founder owns it."""
    team = Team(name=name.strip(), key=key.strip().upper(), **rules)
    team.full_clean()
    # The lock lets one person's teams be counted and founded one after the other.
    owner = rows.hold(User.objects.all(), owner.pk)
    require(can_start_team(owner))
    if Membership.objects.filter(user=owner, role=Role.OWNER).count() >= MOST_TEAMS:
        raise Conflict(_("You own %(most)d teams: delete one first.") % {"most": MOST_TEAMS})
    team.save()
    Membership.objects.create(team=team, user=owner, role=Role.OWNER)
    record(TeamJoined(team_id=team.pk, user_id=owner.pk))
    return team


@transaction.atomic
def space_of(*, person: User) -> Team:
    """A person's own space; it is there as soon as it is needed."""
    require(can_start_team(person))
    team, is_new = Team.objects.get_or_create(space_of=person, defaults={"name": person.username, "key": "ME"})
    if is_new:
        Membership.objects.create(team=team, user=person, role=Role.OWNER)
        record(TeamJoined(team_id=team.pk, user_id=person.pk))
    return team


@transaction.atomic
def edit_team(*, owner: User, team: Team, **changes: Any) -> None:
    """Change a team's name, key or rules; what is not given stays. With the key, all its tasks are called anew."""
    held = rows.hold(Team.objects.all(), team.pk)
    require(can_manage_team(owner, held))
    for field, value in changes.items():
        setattr(held, field, value.strip() if isinstance(value, str) else value)
    held.key = held.key.upper()
    held.full_clean()
    held.save(update_fields=[*changes, "key"])


@transaction.atomic
def delete_team(*, owner: User, team: Team) -> None:
    """Remove a team with all its tasks, for good: at once nobody is in it, and what it leaves is soon removed."""
    rows.hold(Team.objects.all(), team.pk)
    require(can_manage_team(owner, team))
    if team.is_space:
        raise Conflict(_("Your own space stays."))
    Invitation.objects.filter(team=team).delete()
    members = Membership.objects.select_for_update().filter(team=team)
    record_all([TeamLeft(team_id=team.pk, user_id=membership.user_id) for membership in members])
    members.delete()


def remove_abandoned_teams() -> int:
    """Remove the teams that nobody is in, with their tasks, a portion in each transaction; says how many teams."""
    nobody = Team.objects.shared().filter(memberships=None)
    return done_for_each(nobody.order_by("pk")[:PORTION], _remove_abandoned)


def _remove_abandoned(team: Team) -> bool:
    while pks := list(Task.objects.filter(team=team).order_by("pk").values_list("pk", flat=True)[:PORTION]):
        _remove_tasks(team, pks)
    team.delete()
    return True


@transaction.atomic
def _remove_tasks(team: Team, pks: Sequence[int]) -> None:
    record_all([TaskDeleted(task_id=pk, team_id=team.pk) for pk in pks])
    rows.delete(Task.objects.filter(pk__in=pks))


@transaction.atomic
def change_role(*, owner: User, membership: Membership, role: str) -> None:
    """Make somebody an owner, a member or a guest. A team keeps an owner."""
    if role not in Role.values:
        raise Invalid(role=_("Choose one of: %(roles)s.") % {"roles": ", ".join(Role.values)})
    membership = _held(membership)
    require(can_manage_team(owner, membership.team))
    if role != Role.OWNER:
        _check_owner_stays(membership)
    if role == Role.GUEST:
        _take_tasks_from(membership, owner)
    Membership.objects.filter(pk=membership.pk).update(role=role)


@transaction.atomic
def take_over_team(*, member: User, team: Team) -> None:
    """Become the owner of a team whose owners are all blocked. Of two members who do at once, the first does."""
    team = rows.hold(Team.objects.all(), team.pk)
    if not can_take_over(member, team):
        raise Conflict(_("This team has an owner."))
    Membership.objects.filter(team=team, user=member).update(role=Role.OWNER)


@transaction.atomic
def remove_member(*, owner: User, membership: Membership) -> None:
    """Let somebody be in the team no more: what they had to do is nobody's."""
    held = _held(membership)
    require(can_manage_team(owner, held.team))
    _remove(held, actor=owner)
    Removal.objects.update_or_create(team=held.team, user=held.user, defaults={"at": timezone.now()})


@transaction.atomic
def leave_team(*, member: User, team: Team) -> None:
    """Be in a team no more. Its last owner stays."""
    membership = Membership.objects.select_related("team").filter(team=team, user=member).first()
    if membership:
        _remove(_held(membership), actor=member)


@transaction.atomic
def _remove(membership: Membership, actor: User) -> None:
    if membership.team.is_space:
        raise Conflict(_("Your own space stays."))
    _check_owner_stays(membership)
    _take_tasks_from(membership, actor)
    membership.user.watched_tasks.through.objects.filter(user=membership.user, task__team=membership.team).delete()
    membership.delete()
    record(TeamLeft(team_id=membership.team_id, user_id=membership.user_id))


def _held(membership: Membership) -> Membership:
    """The membership as it is now. Of two owners who leave, or remove each other, at once, the second sees it."""
    rows.hold(Team.objects.all(), membership.team_id)
    return rows.hold(Membership.objects.select_related("team", "user"), membership.pk)


def _check_owner_stays(membership: Membership) -> None:
    if is_last_owner(membership.user, membership.team):
        raise Conflict(_("A team needs an owner: make somebody else an owner first, or delete the team."))


def _take_tasks_from(membership: Membership, actor: User) -> None:
    """At once as many as a person has; where there are more, the rest is taken by `take_tasks_from_outsiders`."""
    tasks = Task.objects.filter(team=membership.team).assigned_to(membership.user).unfinished().order_by("pk")
    for task in tasks[:AT_ONCE]:
        _take(task, membership.user_id, actor)


def take_tasks_from_outsiders() -> int:
    """Open tasks of people who are not in their team any more, or guests there, are theirs no longer; says how many."""
    working = Membership.objects.filter(role__in=Membership.WORKING, team=OuterRef("task__team"), user=OuterRef("user"))
    # What a team without anybody leaves behind is removed altogether.
    teams = Team.objects.filter(Exists(Membership.objects.filter(team=OuterRef("pk"))))
    open_ones = TaskAssignment.objects.filter(task__in=Task.objects.unfinished().filter(team__in=teams))
    found = list(open_ones.exclude(Exists(working)).select_related("task").order_by("pk")[:PORTION])
    return done_for_each(found, lambda row: _take(row.task, row.user_id, None))


@transaction.atomic
def _take(task: Task, person_id: int, actor: User | None) -> bool:
    with suppress(rows.Gone):
        held = hold(task=task)
        others = [person for person in value_of(task=held, field="assignees") if person.pk != person_id]
        change(task=held, actor=actor, changes={"assignees": others}, is_automation=actor is None)
    return True
