"""What the fields of a task may hold, beyond what its columns can refuse."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.errors import Conflict, Invalid
from innotter.tasks.models import Task
from innotter.tasks.models.task import LARGEST_METADATA
from innotter.text import json


def check_fields(task: Task, wanted: Mapping[str, Any]) -> None:
    """Refuse a parent or metadata that the columns by themselves would let pass."""
    if "parent" in wanted:
        _check_parent(task, wanted["parent"])
    if "metadata" in wanted:
        _check_metadata(wanted["metadata"])


def _check_metadata(metadata: Any) -> None:
    if not isinstance(metadata, dict):
        raise Invalid(metadata=_("This is an object: names and values."))
    if problem := json.problem_of(metadata):
        raise Invalid(metadata=problem)
    if len(json.write(metadata).decode()) > LARGEST_METADATA:
        raise Invalid(metadata=_("At most %(most)d characters, as JSON.") % {"most": LARGEST_METADATA})


def _check_parent(task: Task, parent: Task | None) -> None:
    if parent is None:
        return
    # Its team is held: what it is now it is when this is saved.
    parent = Task.objects.filter(pk=parent.pk).first()
    if parent is None:
        raise rows.Gone
    if parent.team_id != task.team_id:
        raise Invalid(parent=_("Choose a task of the same team."))
    if parent.pk == task.pk or parent.parent_id or (task.pk and task.subtasks.exists()):
        raise Invalid(parent=_("Subtasks have no subtasks of their own."))
    if parent.is_archived and parent.pk != task.parent_id:
        raise Conflict(_("This task is archived. Restore it first."))
