"""The labels of a team: each once, in whatever case or composition of letters it is written."""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from innotter.errors import Invalid
from innotter.tasks.models import Label, Task
from innotter.tasks.models.team import LONGEST_LABEL
from innotter.text.cleaning import one_line

MOST_LABELS = 20


def set_labels(*, task: Task, names: Sequence[str]) -> None:
    """Give a task these labels; those that the team has not used yet are made."""
    task.labels.set(labels_named(team_id=task.team_id, names=check_labels(names=names)).values())


def check_labels(*, names: Sequence[str]) -> list[str]:
    """The names as they are kept, each once; refuses what no label can be."""
    names = list(dict.fromkeys(map(one_line, names)))
    if len(names) > MOST_LABELS:
        raise Invalid(labels=_("At most %(most)d labels.") % {"most": MOST_LABELS})
    if any(not name or len(name) > LONGEST_LABEL or "," in name for name in names):
        raise Invalid(labels=_("A label has 1 to %(most)d characters and no comma.") % {"most": LONGEST_LABEL})
    return names


def labels_named(*, team_id: int, names: Iterable[str]) -> dict[str, Label]:
    """The team's labels of these names, which are as they are kept; those that it has not used yet are made.

    Which names are one label, the database says, as its constraint does: Python folds some letters in another way.
    """
    folded = _folded(list(dict.fromkeys(names)))
    labels = Label.objects.filter(team=team_id).annotate(folded=Lower("name")).filter(folded__in=folded.values())
    known = set(labels.values_list("folded", flat=True))
    missing = {fold: name for name, fold in reversed(folded.items()) if fold not in known}
    if missing:
        # Whoever makes one of them at the same moment is waited for, and theirs is taken.
        made = [Label(team_id=team_id, name=name) for name in missing.values()]
        Label.objects.bulk_create(made, ignore_conflicts=True)
    found = {label.folded: label for label in labels}
    return {name: found[fold] for name, fold in folded.items()}


def _folded(names: list[str]) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT lower(name) FROM unnest(%s::text[]) WITH ORDINALITY AS t (name, n) ORDER BY n", [names])
        return dict(zip(names, (fold for (fold,) in cursor.fetchall()), strict=True))
