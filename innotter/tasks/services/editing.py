"""Changing the fields of tasks."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User
from innotter.errors import Conflict, Invalid, require
from innotter.tasks.models import Task
from innotter.tasks.permissions import can_work_in
from innotter.tasks.services.assigning import working_among
from innotter.tasks.services.changing import Changes, change
from innotter.tasks.services.checking import check_fields
from innotter.tasks.services.holding import check_is_active, hold_all, hold_to_change
from innotter.tasks.services.merging import differences
from innotter.tasks.states import check_transition
from innotter.text.cleaning import many_lines, one_line

MOST_AT_ONCE = 100


@transaction.atomic
def edit_task(*, editor: User, task: Task, version: int | None = None, **wanted: Any) -> Task:
    """Change what is given. With the version that the editor has seen, nobody's change is overwritten unseen."""
    held = hold_to_change(person=editor, task=task)
    if version is not None and version > held.version:
        raise Invalid(version=_("There is no such version yet. Reload the task."))
    change(task=held, actor=editor, changes=_new_values(held, wanted, version))
    return held


def _new_values(held: Task, wanted: dict[str, Any], version: int | None = None) -> dict[str, Any]:
    """What is to be written of what is wanted, once it is right."""
    # As they will be kept: the same text in other spaces is no change.
    for field, clean in {"title": one_line, "description": many_lines}.items():
        if field in wanted:
            wanted[field] = clean(str(wanted[field]))
    check_fields(held, wanted)
    new = differences(task=held, wanted=wanted, version=version)
    if "status" in new:
        check_transition(held.status, new["status"])
    return new


@transaction.atomic
def edit_many(*, editor: User, tasks: Sequence[Task], archived: bool | None = None, **wanted: Any) -> int:
    """Change the same about several tasks: all of them, or when one refuses none. Says how many there were."""
    if len(tasks) > MOST_AT_ONCE:
        raise Invalid(tasks=_("At most %(most)d tasks at once.") % {"most": MOST_AT_ONCE})
    held = hold_all(tasks=tasks)
    teams = {task.team_id: task.team for task in held.values()}
    able = {pk for pk, team in teams.items() if can_work_in(editor, team)}
    changes = Changes(editor, working_among(teams=teams, people=wanted.get("assignees", ())))
    for task in sorted(tasks, key=lambda one: (one.team_id, one.pk)):
        try:
            if (now := held.get(task.pk)) is None:
                raise rows.Gone
            require(now.team_id in able)
            _edit_one(changes, now, wanted, archived)
        except (Conflict, Invalid) as refusal:
            kind = Conflict if isinstance(refusal, Conflict) else Invalid
            reason = " ".join(error for errors in refusal.errors.values() for error in errors) or str(refusal.detail)
            raise kind(f"{task.key}: {reason}") from refusal
    changes.write()
    return len(tasks)


def _edit_one(changes: Changes, held: Task, wanted: dict[str, Any], archived: bool | None) -> None:
    if wanted:
        check_is_active(held)
        changes.add(task=held, changes=_new_values(held, wanted))
    if archived is not None and held.is_archived != archived:
        changes.add(task=held, changes={"archived": archived})
