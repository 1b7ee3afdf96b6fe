"""The states of a task, and the transitions between them."""

from django.utils.translation import gettext as _

from innotter.errors import Conflict
from innotter.tasks.models import Task

S = Task.Status

#: Every transition: from what, to what. What is not here does not happen by hand.
TRANSITIONS: dict[str, set[str]] = {
    S.BACKLOG: {S.TODO, S.IN_PROGRESS, S.CANCELLED},
    S.TODO: {S.BACKLOG, S.IN_PROGRESS, S.DONE, S.CANCELLED},
    S.IN_PROGRESS: {S.BACKLOG, S.TODO, S.IN_REVIEW, S.DONE, S.CANCELLED},
    S.IN_REVIEW: {S.TODO, S.IN_PROGRESS, S.DONE, S.CANCELLED},
    S.DONE: {S.TODO, S.IN_PROGRESS, S.IN_REVIEW},
    S.CANCELLED: {S.BACKLOG, S.TODO},
}


def ways_from(status: str) -> list[tuple[str, str]]:
    """The status that a task has, and those that it can have next, with their labels."""
    return [(one.value, str(one.label)) for one in S if one == status or one in TRANSITIONS[status]]


def check_transition(come_from: str, to: str) -> None:
    """Refuse what is not sensible, and say what is."""
    if to != come_from and to not in TRANSITIONS[come_from]:
        ways = ", ".join(str(S(way).label) for way in S.values if way in TRANSITIONS[come_from])
        message = _("A task cannot go from “%(old)s” to “%(new)s”, only to: %(ways)s.") % {
            "old": S(come_from).label,
            "new": S(to).label,
            "ways": ways,
        }
        raise Conflict(message, status=message)
