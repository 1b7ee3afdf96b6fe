"""The words for notifications about tasks."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from functools import partial

from django.utils.translation import gettext as _

from innotter.accounts.models import User
from innotter.notifications.kinds import Kind
from innotter.notifications.models import Notification
from innotter.notifications.tellers import Doers, Told, Wording, doers_of, tells
from innotter.tasks.confirming import invitation_path
from innotter.tasks.models import Invitation, Membership, Task, TaskComment
from innotter.tasks.models.task import today
from innotter.tasks.permissions import those_standing

#: What tells that something is to be done by a day.
_DUE = {Kind.TASK_DUE, Kind.TASK_OVERDUE, Kind.TASK_ESCALATED}


@tells(
    Kind.TASK_ASSIGNED,
    Kind.TASK_CHANGED,
    Kind.TASK_DUE,
    Kind.TASK_OVERDUE,
    Kind.TASK_ESCALATED,
)
def tell_of_tasks(viewer: User, notifications: Sequence[Notification]) -> Mapping[int, Wording]:
    ids = [row.subject_id for row in notifications]
    tasks = Task.objects.readable_by(viewer).select_related("team").in_bulk(ids)
    theirs = _due_from(viewer, notifications)
    return {
        row.pk: partial(_words, row, task)
        for row in notifications
        if (task := tasks.get(row.subject_id)) and _stands(row, task, theirs)
    }


def _due_from(viewer: User, notifications: Sequence[Notification]) -> set[tuple[str, int]]:
    """Of which of these tasks it is still told to the viewer that they are due, by kind and id."""
    about: dict[str, list[int]] = {}
    for row in notifications:
        if row.kind in _DUE:
            about.setdefault(row.kind, []).append(row.subject_id)
    owned = Membership.objects.filter(user=viewer, role=Membership.Role.OWNER).values("team")
    found = {
        kind: tasks.filter(team__in=owned) if kind == Kind.TASK_ESCALATED else tasks.falling_to(viewer)
        for kind, ids in about.items()
        for tasks in [Task.objects.filter(pk__in=ids)]
    }
    return {(kind, pk) for kind, tasks in found.items() for pk in tasks.values_list("pk", flat=True)}


def _stands(row: Notification, task: Task, theirs: Collection[tuple[str, int]]) -> bool:
    """What is done, put away, another's, or has more time by now is due no longer."""
    if row.kind not in _DUE:
        return True
    if (row.kind, task.pk) not in theirs:
        return False
    last_day = today() + timedelta(days=1 if row.kind == Kind.TASK_DUE else -1)
    is_open = not task.is_finished and not task.is_archived
    return is_open and task.due_date is not None and task.due_date <= last_day


def _words(row: Notification, task: Task) -> Told:
    return Told(_sentence(row, task), task.get_absolute_url(), task.title)


def _sentence(row: Notification, task: Task) -> str:
    is_named = row.actor and not row.actor.is_blocked
    words = {
        Kind.TASK_ASSIGNED: _("%(person)s assigned you %(task)s") if is_named else _("You were assigned %(task)s"),
        Kind.TASK_CHANGED: _("%(task)s has changed"),
        Kind.TASK_DUE: _("%(task)s is due tomorrow"),
        Kind.TASK_OVERDUE: _("%(task)s is overdue"),
        Kind.TASK_ESCALATED: _("%(task)s is overdue, and is urgent from now on"),
    }
    return words[Kind(row.kind)] % {"person": row.actor, "task": task.key}


@tells(Kind.TASK_COMMENT)
def tell_of_comments(viewer: User, notifications: Sequence[Notification]) -> Mapping[int, Wording]:
    """Of comments that are still there, by whom they were said last."""
    ids = [row.subject_id for row in notifications]
    tasks = Task.objects.readable_by(viewer).select_related("team").in_bulk(ids)
    comments = TaskComment.objects.filter(author__is_blocked=False).exclude(author=viewer)
    doers = doers_of(notifications, comments, about="task", person="author")
    return {
        row.pk: partial(_words_of_comments, doers[row.pk], task)
        for row in notifications
        if row.pk in doers and (task := tasks.get(row.subject_id))
    }


def _words_of_comments(doers: Doers, task: Task) -> Told:
    sentence = _("%(person)s commented on %(task)s") % {"person": doers.newest, "task": task.key}
    return Told(sentence, task.get_absolute_url(), task.title, by=doers)


@tells(Kind.TASK_MENTION)
def tell_of_mentions(viewer: User, notifications: Sequence[Notification]) -> Mapping[int, Wording]:
    """Of comments that are still there, but not by somebody who is blocked."""
    readable = TaskComment.objects.filter(task__in=Task.objects.readable_by(viewer), author__is_blocked=False)
    comments = readable.select_related("task__team", "author").in_bulk([row.subject_id for row in notifications])
    return {
        row.pk: partial(_words_of_mention, comment)
        for row in notifications
        if (comment := comments.get(row.subject_id))
    }


def _words_of_mention(comment: TaskComment) -> Told:
    sentence = _("%(person)s mentioned you in %(task)s") % {"person": comment.author, "task": comment.task.key}
    return Told(sentence, f"{comment.task.get_absolute_url()}#comment-{comment.pk}", comment.text[:300])


@tells(Kind.TEAM_INVITATION)
def tell_of_invitations(viewer: User, notifications: Sequence[Notification]) -> Mapping[int, Wording]:
    """Of those that stand: by the others nobody comes in."""
    mine = those_standing(Invitation.objects.filter(user=viewer)).select_related("team", "invited_by")
    invitations = mine.in_bulk([row.subject_id for row in notifications])
    return {
        row.pk: partial(_words_of_invitation, invitation)
        for row in notifications
        if (invitation := invitations.get(row.subject_id))
    }


def _words_of_invitation(invitation: Invitation) -> Told:
    names = {"person": invitation.invited_by, "team": invitation.team}
    return Told(_("%(person)s invited you to the team “%(team)s”") % names, invitation_path(invitation))
