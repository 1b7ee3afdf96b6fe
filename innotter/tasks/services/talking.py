"""What is said about tasks, who watches them, and the files that lie with them."""

import re
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import User
from innotter.errors import Conflict, Invalid, require
from innotter.events.services import record
from innotter.media.storage import keep_file
from innotter.tasks.events import TaskCommented
from innotter.tasks.models import Attachment, Membership, Task, TaskComment, TimeEntry
from innotter.tasks.permissions import can_change_task, can_delete_comment, can_talk_in, can_work_in
from innotter.tasks.services.changing import change, hold
from innotter.text.cleaning import one_line

MOST_FILES = 50
MOST_HOURS = 24
_mention = re.compile(r"(?<![\w@./-])@([A-Za-z0-9](?:[A-Za-z0-9._-]{0,28}[A-Za-z0-9])?)")


@transaction.atomic
def comment_on_task(*, author: User, task: Task, text: str) -> TaskComment:
    """Say something about a task; whoever does watches it from then on."""
    require(can_talk_in(author, task.team))
    task = hold(task=task)
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


@transaction.atomic
def watch_task(*, watcher: User, task: Task) -> None:
    """Be told of what happens to a task. Doing so twice changes nothing."""
    require(can_talk_in(watcher, task.team))
    hold(task=task)
    task.watchers.add(watcher)


@transaction.atomic
def unwatch_task(*, watcher: User, task: Task) -> None:
    """Be told no more, but of what one is named in."""
    task.watchers.remove(watcher)


def attach_file(*, person: User, task: Task, file: UploadedFile[bytes]) -> Attachment:
    """Put a file to a task. What its sender says it is is not believed: it is handed out to be saved."""
    require(can_change_task(person, task))
    if (file.size or 0) > settings.TASKS_FILE_MAX_BYTES:
        most = settings.TASKS_FILE_MAX_BYTES // 1_000_000
        raise Invalid(file=_("This file is too large. Choose one of at most %(most)d MB.") % {"most": most})
    if Attachment.objects.filter(task=task).count() >= MOST_FILES:
        raise Conflict(_("At most %(most)d files lie with a task.") % {"most": MOST_FILES})
    # Outside of a transaction: S3 may be slow, and holds nobody up.
    stored, size = keep_file(folder="task-files", content=file)
    name = one_line(file.name or "") or "file"
    return _attached(Attachment(task=task, file=stored, name=name, size=size, added_by=person))


@transaction.atomic
def _attached(attachment: Attachment) -> Attachment:
    held = hold(task=attachment.task)
    if held.is_archived:
        raise Conflict(_("This task is archived. Restore it first."))
    attachment.save(force_insert=True)
    return attachment


@transaction.atomic
def remove_file(*, person: User, attachment: Attachment) -> None:
    """Take a file away from its task."""
    require(can_work_in(person, attachment.task.team))
    attachment.delete()


@transaction.atomic
def log_time(*, person: User, task: Task, hours: Decimal, day: date | None = None, note: str = "") -> TimeEntry:
    """Write down time that one has spent on a task: its actual hours grow by it."""
    require(can_change_task(person, task))
    if not 0 < hours <= MOST_HOURS:
        raise Invalid(hours=_("More than 0 and at most 24 hours."))
    # Hours are spent on one's own day, whichever door they are written down at.
    own_day = timezone.localdate(timezone=ZoneInfo(person.time_zone))
    day = day or own_day
    if day > own_day + timedelta(days=1):
        raise Invalid(day=_("This day is to come."))
    held = hold(task=task)
    entry = TimeEntry(task=held, person=person, hours=hours, day=day, note=note.strip())
    entry.clean_fields(exclude={"task", "person"})
    entry.save(force_insert=True)
    change(task=held, actor=person, changes={"actual_hours": (held.actual_hours or 0) + hours})
    return entry
