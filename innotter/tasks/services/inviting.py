"""Inviting people into teams."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User
from innotter.errors import Conflict, Forbidden, Invalid, require
from innotter.events.services import record
from innotter.rate_limits import count_again, count_use
from innotter.tasks.events import TeamInvited, TeamJoined
from innotter.tasks.models import Invitation, Membership, Team
from innotter.tasks.models.team import INVITATION_LASTS
from innotter.tasks.permissions import can_join, can_manage_team, can_start_team, those_standing
from innotter.text.addresses import is_address

MOST_OPEN = 100


def invite(*, owner: User, team: Team, who: str, role: str = Membership.Role.MEMBER) -> Invitation:
    """Invite somebody by username or e-mail address; it is good for one person, once, and for a time.

    Whoever has invited is not told whether an address has an account. Inviting again sends a new letter.
    """
    count_use("invite", owner.pk)
    count_again("invite_again", owner.pk, who)
    return _invite(owner, team, who, role)


@transaction.atomic
def _invite(owner: User, team: Team, who: str, role: str) -> Invitation:
    rows.hold(Team.objects.all(), team.pk)
    require(can_manage_team(owner, team))
    if team.is_space:
        raise Conflict(_("Your personal space cannot be shared: create a team."))
    if role not in Membership.Role.values:
        raise Invalid(role=_("Choose one of: %(roles)s.") % {"roles": ", ".join(Membership.Role.values)})
    invitation = _addressed(team, who.strip(), owner)
    waiting = Invitation.objects.filter(team=team, used_at=None)
    # What is too old is good for nothing, and keeps nobody from being invited.
    waiting.filter(created_at__lte=timezone.now() - INVITATION_LASTS).delete()
    waiting.filter(user=invitation.user, email__iexact=invitation.email).delete()
    if those_standing(waiting).count() >= MOST_OPEN:
        raise Conflict(_("At most %(most)d invitations at a time.") % {"most": MOST_OPEN})
    invitation.role = role
    invitation.save(force_insert=True)
    record(TeamInvited(team_id=team.pk, invitation_id=invitation.pk))
    return invitation


def _addressed(team: Team, who: str, owner: User) -> Invitation:
    if "@" in who.strip("@"):
        if not is_address(who):
            raise Invalid(who=_("Write a username or an e-mail address."))
        return Invitation(team=team, email=who.lower(), invited_by=owner)
    user = User.objects.findable_by(owner).named(who.strip("@")).first()
    if user is None:
        raise Invalid(who=_("There is nobody with this username. Check the spelling, or enter an e-mail address."))
    if Membership.objects.filter(team=team, user=user).exists():
        raise Conflict(_("%(name)s is in the team already.") % {"name": user}, who=_("Is in the team already."))
    return Invitation(team=team, user=user, invited_by=owner)


@transaction.atomic
def withdraw_invitation(*, owner: User, invitation: Invitation) -> None:
    """Let an invitation be good for nothing. One that is gone already changes nothing; a used one stays."""
    rows.hold(Team.objects.all(), invitation.team_id)
    require(can_manage_team(owner, invitation.team))
    try:
        held = rows.hold(Invitation.objects.all(), invitation.pk)
    except rows.Gone:
        return
    if held.used_at:
        raise Conflict(_("This invitation has been used: the person it was for is in the team."))
    held.delete()


@transaction.atomic
def accept_invitation(*, person: User, invitation: Invitation) -> Membership:
    """Come into the team. One that was meant for somebody else, is used or is too old does nothing.

    Nor does one of somebody who may invite nobody any more: who has left, is no owner now, or is blocked.
    Nor does an older one let in again whom an owner has removed.
    """
    require(can_start_team(person))
    rows.hold(Team.objects.all(), invitation.team_id)
    held = rows.hold(Invitation.objects.select_related("team", "invited_by"), invitation.pk)
    if held.user_id not in {None, person.pk}:
        raise Forbidden(_("This invitation is for somebody else."))
    if not can_join(person, held):
        raise Conflict(_("This invitation is no longer valid. Ask for a new one."))
    membership, is_new = Membership.objects.get_or_create(team=held.team, user=person, defaults={"role": held.role})
    held.used_at = timezone.now()
    held.save(update_fields=["used_at"])
    # Of one by name, too: sent away, they would come again by it. Those by address are left: who loses one of them, and
    # when, would say whose address it is.
    Invitation.objects.filter(team=held.team_id, user=person, used_at=None).delete()
    if is_new:
        record(TeamJoined(team_id=held.team_id, user_id=person.pk))
    return membership
