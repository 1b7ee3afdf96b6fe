"""Changing the fields of tasks."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import User
from innotter.errors import Conflict, Invalid
from innotter.tasks.models import Task
from innotter.tasks.services.changing import change
from innotter.tasks.services.checking import check_fields
from innotter.tasks.services.holding import hold_to_change
from innotter.tasks.services.merging import differences
from innotter.tasks.services.moving import archive_task, restore_task
from innotter.tasks.states import check_transition
from innotter.text.cleaning import many_lines, one_line

MOST_AT_ONCE = 100


@transaction.atomic
def edit_task(*, editor: User, task: Task, version: int | None = None, **wanted: Any) -> Task:
    """Change what is given. With the version that the editor has seen, nobody's change is overwritten unseen."""
    held = hold_to_change(person=editor, task=task)
    if version is not None and version > held.version:
        raise Invalid(version=_("There is no such version yet. Reload the task."))
    # As they will be kept: the same text in other spaces is no change.
    for field, clean in {"title": one_line, "description": many_lines}.items():
        if field in wanted:
            wanted[field] = clean(str(wanted[field]))
    check_fields(held, wanted)
    new = differences(task=held, wanted=wanted, version=version)
    if "status" in new:
        check_transition(held.status, new["status"])
    change(task=held, actor=editor, changes=new)
    return held


@transaction.atomic
def edit_many(*, editor: User, tasks: Sequence[Task], **wanted: Any) -> int:
    """Change the same about several tasks: all of them, or when one refuses none. Says how many there were."""
    if len(tasks) > MOST_AT_ONCE:
        raise Invalid(tasks=_("At most %(most)d tasks at once.") % {"most": MOST_AT_ONCE})
    archived = wanted.pop("archived", None)
    for task in sorted(tasks, key=lambda one: (one.team_id, one.pk)):
        try:
            if wanted:
                edit_task(editor=editor, task=task, **wanted)
            if archived is not None:
                (archive_task if archived else restore_task)(archiver=editor, task=task)
        except (Conflict, Invalid) as refusal:
            kind = Conflict if isinstance(refusal, Conflict) else Invalid
            reason = " ".join(error for errors in refusal.errors.values() for error in errors) or str(refusal.detail)
            raise kind(f"{task.key}: {reason}") from refusal
    return len(tasks)
