"""Who may do what in a team. What people may see is said by the querysets."""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from innotter.accounts.models import IN_GOOD_STANDING, User
from innotter.accounts.permissions import Person, is_in_good_standing
from innotter.tasks.models import Invitation, Membership, Removal, Task, TaskComment, Team, TimeEntry
from innotter.tasks.models.team import INVITATION_LASTS

Role = Membership.Role


def role_in(person: Person, team: Team) -> str | None:
    """As what somebody is in a team; None when they are not, or have to prove their address first."""
    if not is_in_good_standing(person):
        return None
    return Membership.objects.filter(team=team, user=person).values_list("role", flat=True).first()


def can_work_in(person: Person, team: Team) -> bool:
    """Owners and members make and change tasks."""
    return works_as(role_in(person, team))


def works_as(role: str | None) -> bool:
    """The same, for whoever knows the role already."""
    return role in Membership.WORKING


def can_talk_in(person: Person, team: Team) -> bool:
    """Guests too read, comment and watch."""
    return role_in(person, team) is not None


def can_manage_team(person: Person, team: Team) -> bool:
    """Owners name it, set its rules, invite and remove people."""
    return role_in(person, team) == Role.OWNER


def is_last_owner(person: User, team: Team) -> bool:
    """Whether a team would be without an owner if this one left, or were one no more. The blocked do not count."""
    owners = Membership.objects.filter(team=team, role=Role.OWNER, user__is_blocked=False)
    return owners.filter(user=person).exists() and not owners.exclude(user=person).exists()


def can_delete_comment(person: Person, comment: TaskComment) -> bool:
    """Whoever has written it, and the team's owners."""
    return deletes_comment_as(role_in(person, comment.task.team), person, comment)


def deletes_comment_as(role: str | None, person: Person, comment: TaskComment) -> bool:
    """The same, for whoever knows the role already: of many comments it is asked once."""
    return role is not None and (comment.author_id == person.pk or role == Role.OWNER)


def can_delete_time(person: Person, entry: TimeEntry) -> bool:
    """Whoever has logged it, and the team's owners."""
    return deletes_time_as(role_in(person, entry.task.team), person, entry)


def deletes_time_as(role: str | None, person: Person, entry: TimeEntry) -> bool:
    """The same, for whoever knows the role already."""
    return works_as(role) and (entry.person_id == person.pk or role == Role.OWNER)


def can_take_over(person: Person, team: Team) -> bool:
    """A member may become the owner of a team whose owners are all blocked: nobody else could invite or delete."""
    owners = Membership.objects.filter(team=team, role=Role.OWNER, user__is_blocked=False)
    return not team.is_space and role_in(person, team) == Role.MEMBER and not owners.exists()


def can_start_team(person: Person) -> bool:
    return is_in_good_standing(person)


def can_still_invite(invitation: Invitation) -> bool:
    """Whether an invitation stands: nobody has used it, it is not too old, and who has spoken it may do so still."""
    return those_standing(Invitation.objects.filter(pk=invitation.pk)).exists()


def can_join(person: Person, invitation: Invitation) -> bool:
    """By an invitation that stands; by one of before an owner has removed them, nobody comes back."""
    removed = Removal.objects.filter(team=invitation.team_id, user=person.pk, at__gte=invitation.created_at)
    return can_still_invite(invitation) and not removed.exists()


def those_standing(invitations: QuerySet[Invitation]) -> QuerySet[Invitation]:
    """The same, of many."""
    owners = Membership.objects.filter(role=Role.OWNER, user__in=User.objects.filter(IN_GOOD_STANDING))
    may_invite = Exists(owners.filter(team=OuterRef("team"), user=OuterRef("invited_by")))
    return invitations.filter(may_invite, used_at=None, created_at__gt=timezone.now() - INVITATION_LASTS)


def is_offered(task: Task) -> bool:
    """Whether it is a job by now that somebody of the team answers for: it is not offered a second time.

    The job of somebody who has left, or is blocked, stays theirs, and keeps nobody else from offering the task.
    """
    return task.job is not None and not task.job.is_finished and can_work_in(task.job.owner, task.team)


def can_change_task(person: Person, task: Task) -> bool:
    """What is put away is taken out first."""
    return can_work_in(person, task.team) and not task.is_archived
