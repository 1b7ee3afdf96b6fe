"""What follows from what happens to teams and tasks: people are told, and the rules of the team do their work."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from innotter.accounts.models import IN_GOOD_STANDING, User
from innotter.events.domain import subscribe
from innotter.mail.services import asked_before_sending, send_mail
from innotter.notifications.kinds import Kind
from innotter.notifications.services import forget_about, notify, notify_all
from innotter.tasks.confirming import invitation_path
from innotter.tasks.events import (
    TaskAssigned,
    TaskChanged,
    TaskCommented,
    TaskCreated,
    TaskDeleted,
    TaskDueSoon,
    TaskEscalated,
    TaskOverdue,
    TeamInvited,
)
from innotter.tasks.models import Invitation, Membership, Task, TaskComment, TaskHistory
from innotter.tasks.permissions import can_still_invite
from innotter.tasks.services import (
    assign_by_load,
    close_parent,
    is_still_news,
    is_summary_true,
    keep_assignment,
    keep_change,
    keep_comment,
    mentioned_in,
)

KINDS = [
    Kind.TASK_ASSIGNED,
    Kind.TASK_CHANGED,
    Kind.TASK_COMMENT,
    Kind.TASK_DUE,
    Kind.TASK_OVERDUE,
    Kind.TASK_ESCALATED,
]


def _task(task_id: int) -> Task | None:
    return Task.objects.select_related("team", "parent__team", "creator").filter(pk=task_id).first()


@subscribe(TeamInvited, name="tasks.write_to_the_invited")
def write_to_the_invited(event: TeamInvited) -> None:
    """By name: a notification, with its e-mail. By address: a letter."""
    invitations = Invitation.objects.select_related("team", "invited_by", "user")
    invitation = invitations.filter(pk=event.invitation_id, used_at=None).first()
    if invitation and invitation.user:
        notify(
            recipient=invitation.user,
            kind=Kind.TEAM_INVITATION,
            event_id=event.event_id,
            subject_id=invitation.pk,
            actor=invitation.invited_by,
        )
    elif invitation:
        known = User.objects.filter(email__iexact=invitation.email).first()
        send_mail(
            key=f"invitation/{invitation.pk}",
            to=invitation.email,
            template="tasks/mail/invitation",
            context={"invitation": invitation, "link": f"{settings.SITE_URL}{invitation_path(invitation)}"},
            language=(known or invitation.invited_by).language,
            about=("invitation", {"invitation": invitation.pk}),
        )


@asked_before_sending("task news")
def address_for_news(about: Mapping[str, Any]) -> str:
    """Their reader's, if the changes and comments of an e-mail are there, and are for them."""
    facts = {"person_id": about["person"], "news": about["news"]}
    facts |= {"named": about.get("named", ()), "names": about.get("names", "")}
    return _address_of(about["person"]) if is_still_news(**facts) else ""


@asked_before_sending("tasks")
def address_for_summary(about: Mapping[str, Any]) -> str:
    """Their reader's, if they may still read all the tasks of a summary."""
    return _address_of(about["person"]) if is_summary_true(about=about) else ""


def _address_of(person_id: int) -> str:
    return str(User.objects.values_list("email", flat=True).get(pk=person_id))


@asked_before_sending("invitation")
def address_for_invitation(about: Mapping[str, Any]) -> str:
    """The one that is invited, if the invitation stands, and who has spoken it may still do so."""
    invitation = Invitation.objects.select_related("team", "invited_by").filter(pk=about["invitation"]).first()
    return str(about["to"]) if invitation and can_still_invite(invitation) else ""


@subscribe(TaskCreated, name="tasks.give_it_to_the_least_loaded")
def give_it_to_the_least_loaded(event: TaskCreated) -> None:
    if task := _task(event.task_id):
        assign_by_load(task=task)


@subscribe(TaskChanged, name="tasks.tell_watchers_of_change")
def tell_watchers_of_change(event: TaskChanged) -> None:
    rows = TaskHistory.objects.select_related("task__team", "task__creator", "actor")
    if first := rows.filter(pk=event.change_id).first():
        keep_change(first=first, event_id=event.event_id)


@subscribe(TaskChanged, name="tasks.close_the_parent")
def close_the_parent(event: TaskChanged) -> None:
    if (task := _task(event.task_id)) and task.is_finished:
        close_parent(task=task)


@subscribe(TaskAssigned, name="tasks.tell_who_has_it")
def tell_who_has_it(event: TaskAssigned) -> None:
    change = TaskHistory.objects.select_related("task", "actor").filter(pk=event.change_id).first()
    member = Membership.objects.select_related("user").filter(team=event.team_id, user=event.assignee_id).first()
    if change and member:
        keep_assignment(change=change, person=member.user, event_id=event.event_id)


@subscribe(TaskCommented, name="tasks.tell_watchers_of_comment")
def tell_watchers_of_comment(event: TaskCommented) -> None:
    comments = TaskComment.objects.select_related("task__team", "author")
    if comment := comments.filter(pk=event.comment_id).first():
        mentioned = mentioned_in(comment=comment)
        notify_all(
            recipients=mentioned,
            kind=Kind.TASK_MENTION,
            event_id=event.event_id,
            subject_id=comment.pk,
            actor=comment.author,
        )
        keep_comment(comment=comment, event_id=event.event_id, mentioned=mentioned)


@subscribe(TaskOverdue, name="tasks.tell_that_it_is_overdue")
def tell_that_it_is_overdue(event: TaskOverdue) -> None:
    _tell_its_people(event, Kind.TASK_OVERDUE)


@subscribe(TaskDueSoon, name="tasks.remind_of_due_date")
def remind_of_due_date(event: TaskDueSoon) -> None:
    _tell_its_people(event, Kind.TASK_DUE)


def _tell_its_people(event: TaskOverdue | TaskDueSoon, kind: Kind) -> None:
    """Whoever is to do it; as long as that is nobody, whoever has made it. But nobody who has left, or is blocked."""
    if task := _task(event.task_id):
        members = User.objects.filter(IN_GOOD_STANDING, memberships__team=task.team_id)
        people = list(members.filter(tasks=task)) or list(members.filter(pk=task.creator_id))
        notify_all(recipients=people, kind=kind, event_id=event.event_id, subject_id=task.pk)


@subscribe(TaskEscalated, name="tasks.tell_owners_of_escalation")
def tell_owners_of_escalation(event: TaskEscalated) -> None:
    owners = User.objects.filter(memberships__team=event.team_id, memberships__role=Membership.Role.OWNER)
    notify_all(recipients=list(owners), kind=Kind.TASK_ESCALATED, event_id=event.event_id, subject_id=event.task_id)


@subscribe(TaskDeleted, name="tasks.forget_what_was_told")
def forget_what_was_told(event: TaskDeleted) -> None:
    forget_about(kinds=KINDS, subject_id=event.task_id)
