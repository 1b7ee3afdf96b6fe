"""Templates: keeping tasks that come again, and making them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User
from innotter.errors import Conflict, Invalid, require
from innotter.tasks.models import Task, TaskTemplate, Team
from innotter.tasks.models.task import LONGEST_TITLE, today
from innotter.tasks.permissions import can_work_in
from innotter.tasks.services.creating import create_task, new_task, save_new
from innotter.tasks.services.labelling import check_labels
from innotter.tasks.services.teaming import space_of
from innotter.text.cleaning import one_line

MOST_TEMPLATES, MOST_SUBTASKS, FURTHEST = 100, 50, 1000


@transaction.atomic
def save_template(
    *,
    author: User,
    name: str | None = None,
    title: str | None = None,
    team: Team | None = None,
    template: TaskTemplate | None = None,
    subtasks: Sequence[Mapping[str, Any]] | None = None,
    **fields: Any,
) -> TaskTemplate:
    """Keep a new template, or change one: what is not given stays."""
    team = template.team if template else team or space_of(person=author)
    rows.hold(Team.objects.all(), team.pk)
    require(can_work_in(author, team))
    if template is None and TaskTemplate.objects.filter(team=team).count() >= MOST_TEMPLATES:
        raise Conflict(_("At most %(most)d templates for a team.") % {"most": MOST_TEMPLATES})
    if template:
        template = rows.hold(TaskTemplate.objects.select_related("team"), template.pk)
    template = template or TaskTemplate(team=team, created_by=author)
    words = {"name": name, "title": title, "subtasks": None if subtasks is None else _checked(subtasks)}
    for field, value in (fields | {field: word for field, word in words.items() if word is not None}).items():
        setattr(template, field, value)
    template.labels = check_labels(names=template.labels)
    template.full_clean(exclude={"team", "created_by"})
    # Those that name an excluded field, too: a name stands once in its team.
    template.validate_constraints()
    template.save()
    return template


def _checked(subtasks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    if len(subtasks) > MOST_SUBTASKS:
        raise Invalid(subtasks=_("At most %(most)d subtasks.") % {"most": MOST_SUBTASKS})
    written = [{"title": one_line(str(one["title"])), "due_in_days": one.get("due_in_days")} for one in subtasks]
    if any(not row["title"] or len(row["title"]) > LONGEST_TITLE for row in written):
        raise Invalid(subtasks=_("A title has 1 to %(most)d characters.") % {"most": LONGEST_TITLE})
    return written


@transaction.atomic
def delete_template(*, person: User, template: TaskTemplate) -> None:
    """Drop a template; what was made from it stays."""
    rows.hold(Team.objects.all(), template.team_id)
    require(can_work_in(person, template.team))
    template.delete()


@transaction.atomic
def use_template(*, person: User, template: TaskTemplate) -> Task:
    """Make the task and its subtasks; due dates are counted from today."""
    template = rows.hold(TaskTemplate.objects.select_related("team"), template.pk)
    task = create_task(
        creator=person,
        team=template.team,
        title=template.title,
        description=template.description,
        priority=template.priority,
        labels=template.labels,
        due_date=_day(template.due_in_days),
    )
    parts = [
        new_task(creator=person, team=task.team, title=one["title"], due_date=_day(one["due_in_days"]), parent=task)
        for one in template.subtasks
    ]
    if parts:
        save_new(creator=person, team=task.team, new=parts)
    return task


def _day(ahead: int | None) -> Any:
    return None if ahead is None else today() + timedelta(days=min(ahead, FURTHEST))
