"""The labels of a team: each once, in whatever case or composition of letters it is written."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import connection
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from innotter.errors import Invalid
from innotter.tasks.models import Label, Task
from innotter.tasks.models.team import LONGEST_LABEL
from innotter.text.cleaning import one_line

MOST_LABELS = 20


def set_labels(*, wanted: Mapping[Task, Sequence[str]]) -> None:
    """Give each task its labels, whose names are as they are kept; those that its team has not used yet are made."""
    names: dict[int, list[str]] = {}
    for task, of_task in wanted.items():
        names.setdefault(task.team_id, []).extend(of_task)
    known = {team: _labels_named(team_id=team, names=of_team) for team, of_team in names.items()}
    labelled = Task.labels.through
    rows = labelled.objects.filter(task__in=wanted).values_list("pk", "task", "label")
    old = {(task, label): pk for pk, task, label in rows}
    new = {(task.pk, known[task.team_id][name].pk) for task, of_task in wanted.items() for name in of_task}
    labelled.objects.filter(pk__in=[pk for pair, pk in old.items() if pair not in new]).delete()
    labelled.objects.bulk_create(labelled(task_id=task, label_id=label) for task, label in sorted(new - old.keys()))


def check_labels(*, names: Sequence[str]) -> list[str]:
    """The names as they are kept, each once; refuses what no label can be."""
    names = list(dict.fromkeys(map(one_line, names)))
    if len(names) > MOST_LABELS:
        raise Invalid(labels=_("At most %(most)d labels.") % {"most": MOST_LABELS})
    if any(not name or len(name) > LONGEST_LABEL or "," in name for name in names):
        raise Invalid(labels=_("A label has 1 to %(most)d characters and no comma.") % {"most": LONGEST_LABEL})
    return names


def _labels_named(*, team_id: int, names: Iterable[str]) -> dict[str, Label]:
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
