"""Comments on tasks, and whom they name."""

import re

from django.db import transaction

from innotter.accounts.models import User
from innotter.errors import require
from innotter.events.services import record
from innotter.tasks.events import TaskCommented
from innotter.tasks.models import Membership, Task, TaskComment
from innotter.tasks.permissions import can_delete_comment, can_talk_in
from innotter.tasks.services.holding import hold

_mention = re.compile(r"(?<![\w@./-])@([A-Za-z0-9](?:[A-Za-z0-9._-]{0,28}[A-Za-z0-9])?)")


@transaction.atomic
def comment_on_task(*, author: User, task: Task, text: str) -> TaskComment:
    """Say something about a task; whoever does watches it from then on."""
    task = hold(task=task)
    require(can_talk_in(author, task.team))
    comment = TaskComment(task=task, author=author, text=text.strip())
    comment.clean_fields(exclude={"task", "author"})
    comment.save(force_insert=True)
    task.watchers.add(author)
    facts = {"task_id": task.pk, "team_id": task.team_id, "author_id": author.pk}
    record(TaskCommented(comment_id=comment.pk, **facts))
    return comment


def mentioned_in(*, comment: TaskComment) -> list[User]:
    """The people of the team whom a comment names, but not who has written it."""
    names = {name.lower() for name in _mention.findall(comment.text)[:50]}
    members = Membership.objects.filter(team=comment.task.team_id).exclude(user=comment.author_id)
    return [row.user for row in members.select_related("user") if row.user.username.lower() in names]


@transaction.atomic
def delete_comment(*, person: User, comment: TaskComment) -> None:
    """Take back what one has said."""
    require(can_delete_comment(person, comment))
    comment.delete()
