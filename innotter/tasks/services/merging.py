"""Two people who change the same task: what each of them wants is compared with what the other has done."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from innotter.errors import Conflict
from innotter.tasks.models import Task, TaskHistory
from innotter.tasks.services.changing import WRITTEN, value_of


class TaskHasChanged(Conflict):
    """Two people have changed the same: nothing is overwritten, and both values are shown."""

    message = _("Somebody else has changed this in the meantime.")

    def __init__(
        self, *, current: Mapping[str, Any], wanted: Mapping[str, Any], version: int, left_alone: Sequence[str]
    ) -> None:
        #: What only the others have changed.
        self.left_alone = left_alone
        self.more = {"current": dict(current), "yours": dict(wanted), "version": version}
        told = {field: _("Somebody else has changed this. Now it is: %(value)s") for field in current}
        super().__init__(**{field: words % {"value": _shown(current[field])} for field, words in told.items()})


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return "–" if value is None or value == "" else str(value)


def differences(*, task: Task, wanted: Mapping[str, Any], version: int | None) -> dict[str, Any]:
    """The fields to write: those whose wanted value differs from the stored one.

    `version` is the one that the editor saw. A field that only others have changed since then keeps their value; one
    that both have changed raises TaskHasChanged.
    """
    new, theirs, mine, left_alone = {}, {}, {}, []
    seen = _as_it_was(task, version)
    for field, value in wanted.items():
        now, wish = WRITTEN[field](value_of(task=task, field=field)), WRITTEN[field](value)
        if now == wish:
            continue
        if field in seen and seen[field] == wish:
            left_alone.append(field)
            continue
        if field in seen:
            theirs[field], mine[field] = now, wish
        new[field] = value
    if theirs:
        raise TaskHasChanged(current=theirs, wanted=mine, version=task.version, left_alone=left_alone)
    return new


def _as_it_was(task: Task, version: int | None) -> dict[str, Any]:
    """What the fields that have changed since a version held then."""
    if version is None or version == task.version:
        return {}
    # One row for each field, however long the history is.
    first = TaskHistory.objects.filter(task=task, version__gt=version).order_by("field", "version").distinct("field")
    return dict(first.values_list("field", "before"))
