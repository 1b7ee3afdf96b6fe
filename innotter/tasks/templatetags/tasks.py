"""How changes of tasks are told, and a team's weeks drawn."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import template
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field
from django.template.defaultfilters import floatformat
from django.template.loader import render_to_string
from django.utils.formats import date_format, localize
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from innotter.tasks.forms.in_place import DAY_LABELS
from innotter.tasks.models import Task, TaskHistory, TaskNews
from innotter.tasks.queries import CalendarDay, Week
from innotter.tasks.queries.cards import Card
from innotter.tasks.services.changing import WRITTEN
from innotter.tasks.states import ways_from
from innotter.text.numbers import day, decimal_number
from innotter.web.charts import Bar, bars
from innotter.web.fragments import Fragments, rendered, token_here

register = template.Library()

LONGEST = 80
#: What a label and a face take beside their texts.
FRAME = 40


@register.filter
def change(row: TaskHistory) -> str:
    """What has changed, in a few words."""
    if row.field == "created":
        return _("created the task")
    if row.field == "reminded":
        return _("sent a reminder of the due date")
    if row.field == "archived":
        return _("archived it") if row.after else _("restored it")
    if row.field == "job":
        return _("offered it as a job")
    return _changed(row)


def _changed(row: TaskHistory) -> str:
    if row.field not in WRITTEN:
        return _("changed something")  # Another version knows what.
    if row.field in {"description", "metadata"}:
        return _("changed: %(field)s") % {"field": _name(row.field)}
    before, after = _shown(row.field, row.before), _shown(row.field, row.after)
    return _("changed %(field)s: %(before)s → %(after)s") % {
        "field": _name(row.field),
        "before": before,
        "after": after,
    }


def _label(field: str) -> str:
    try:
        return str(cast("Field[Any, Any]", Task._meta.get_field(field)).verbose_name).capitalize()
    except FieldDoesNotExist:  # Another version has written it.
        return field.replace("_", " ").capitalize()


def _name(field: str) -> str:
    names = {"assignees": _("Assignees"), "labels": _("Labels"), "parent": _("Parent task")}
    return names.get(field) or _label(field)


def _shown(field: str, value: Any) -> str:
    if value in (None, "", []):
        return "–"
    if field == "status" and value in Task.Status.values:
        return str(Task.Status(value).label)
    if field == "priority" and str(value).upper() in Task.Priority.names:
        return str(Task.Priority[str(value).upper()].label)
    if field == "due_date" and (due := day(str(value))):
        return date_format(due, "SHORT_DATE_FORMAT")
    if field.endswith("_hours") and (hours := decimal_number(str(value))) is not None:
        return localize(hours)
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


@register.filter
def short_day(day: date | None) -> str:
    """A day without its year, as one says it."""
    # Translators: the format of a day of a month, as Django's `date` filter has it: 26 Nov.
    return date_format(day, pgettext("day", "j M")) if day else ""


@register.simple_tag
def card(shown: Card, *, can_work: bool) -> SafeString:
    """A card of a board."""
    return CARDS.html("tasks/_card.html", shown, can_work, says=_length(shown))


@register.simple_tag(takes_context=True)
def row(context: dict[str, Any], shown: Card) -> SafeString:
    """A row of a list, in which its people change it. Whoever may not may tick it, too: they are told then."""
    people, can_work = context["people"].get(shown.team, ()), shown.team in context["works_in"]
    html = ROWS.html(shown, people, can_work, says=_length(shown))
    return rendered(html.replace(token_here(), str(context["csrf_token"])))


def _rendered_row(shown: Card, people: Sequence[tuple[int, str]], can_work: bool) -> str:
    frame = {"task": shown, "people": people, "can_work": can_work, "csrf_token": token_here(), "days": DAY_LABELS}
    return render_to_string("tasks/_row.html", frame)


#: Of 3 to 5 kB each, 10 kB where a team has many people.
ROWS = Fragments(_rendered_row, most=1000, longest=500)

register.filter("ways", ways_from)


def _length(shown: Card) -> int:
    names = [label.name for label in shown.labels.all] + [str(one.user) for one in shown.assignments.all]
    return len(shown.title) + len(shown.parent.title if shown.parent else "") + sum(FRAME + len(name) for name in names)


def _rendered(template: str, shown: Card, can_work: bool) -> str:
    return render_to_string(template, {"task": shown, "can_work": can_work})


#: Of 1 to 3 kB each, 10 kB at the worst: most of the cards of a board are as they were when it was last looked at.
CARDS = Fragments(_rendered, most=3000, longest=500)


@register.simple_tag
def calendar_day(day: CalendarDay) -> SafeString:
    """A day of a calendar, with what is due on it."""
    return DAYS.html(day, says=sum(len(due.task.title) for due in day.due))


def _rendered_day(day: CalendarDay) -> str:
    return render_to_string("tasks/_day.html", {"day": day})


#: Of 0.5 to 3 kB each: most days are as they were, and the empty ones look alike to everybody.
DAYS = Fragments(_rendered_day, most=2000, longest=500)


@register.filter
def told(news: TaskNews) -> str:
    """A line of an e-mail: who has done, or said, what."""
    if news.comment:
        return f"{news.comment.author}: {news.comment.text[:500]}"
    row = news.change
    if row is None:
        return ""
    return f"{_doer(row)}: {_('assigned this task to you') if news.is_assignment else change(row)}"


def _doer(row: TaskHistory) -> str:
    """Nobody is named who is blocked."""
    if row.is_automation:
        return _("Automation")
    if row.actor is None:
        return _("somebody who has left")
    return _("somebody") if row.actor.is_blocked else str(row.actor)


@register.filter
def hours(value: float | None) -> str:
    """A time in hours; in minutes or days where that reads better."""
    if value is None:
        return "—"
    if value < 1:
        return pgettext("time", "%(n)d min") % {"n": round(value * 60)}
    if value < 48:
        return pgettext("time", "%(n)s h") % {"n": floatformat(value, -1)}
    return _("%(n)s days") % {"n": floatformat(value / 24, -1)}


@register.filter
def velocity(weeks: Sequence[Week]) -> SafeString:
    """A bar for each week; the table beside it tells the same to those who do not see it."""
    return bars([Bar(date_format(week.begins, "SHORT_DATE_FORMAT"), week.tasks) for week in weeks], height=60)
