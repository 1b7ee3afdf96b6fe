"""Whose the events of teams are: the team's; those of somebody's own space are theirs."""

from typing import Any

from django.db.models import QuerySet

from innotter.accounts.models import IN_GOOD_STANDING, User
from innotter.tasks import events
from innotter.tasks.models import Membership, Team
from innotter.webhooks.registry import NOBODY, Audience, audience, manages_teams, users

TeamEvent = (
    events.TeamInvited
    | events.TeamJoined
    | events.TeamLeft
    | events.TaskCreated
    | events.TaskChanged
    | events.TaskAssigned
    | events.TaskCommented
    | events.TaskDueSoon
    | events.TaskOverdue
    | events.TaskEscalated
    | events.TaskDeleted
)


@manages_teams
def owners() -> QuerySet[Any]:
    """The owners of teams (`permissions.can_manage_team`); a space is a person's own."""
    good = User.objects.filter(IN_GOOD_STANDING)
    return Membership.objects.filter(role=Membership.Role.OWNER, team__space_of=None, user__in=good)


@audience(
    events.TeamInvited,
    events.TeamJoined,
    events.TeamLeft,
    events.TaskCreated,
    events.TaskChanged,
    events.TaskAssigned,
    events.TaskCommented,
    events.TaskDueSoon,
    events.TaskOverdue,
    events.TaskEscalated,
    events.TaskDeleted,
    is_of_teams=True,
)
def of_team(event: TeamEvent) -> Audience:
    team = Team.objects.filter(pk=event.team_id).values_list("pk", "space_of").first()
    if team is None:
        return NOBODY
    pk, person = team
    return users([person]) if person else Audience(teams=frozenset([pk]))
