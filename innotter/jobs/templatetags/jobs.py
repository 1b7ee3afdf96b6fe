"""Small charts, drawn on the server, and how long things took."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.timesince import timeuntil
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from innotter.jobs.models import JobLimit
from innotter.jobs.queries import Day
from innotter.jobs.registry import handler_named

register = template.Library()

WIDTH, HEIGHT, GAP = 560, 120, 6


@register.inclusion_tag("jobs/_days.html")
def chart_of_days(days: Sequence[Day]) -> dict[str, Any]:
    """Bars of what was completed and has failed, day by day; and the same as a table, for those who do not see it."""
    most = max([1, *(day.completed + day.failed for day in days)])
    slot = WIDTH / max(1, len(days))
    bars = []
    for number, day in enumerate(days):
        done, failed = (round(HEIGHT * n / most, 1) for n in (day.completed, day.failed))
        x = round(number * slot + GAP / 2, 1)
        bars.append({"day": day, "x": x, "done": done, "done_y": HEIGHT - done, "failed": failed})
        bars[-1]["failed_y"] = round(HEIGHT - done - failed, 1)
    return {"bars": bars, "width": WIDTH, "height": HEIGHT, "bar": round(slot - GAP, 1), "most": most}


@register.filter
def ends_in(deadline: datetime) -> str:
    """How long there is until a deadline, in its largest unit."""
    if deadline <= timezone.now():
        return _("over")
    return _("ends in %(time)s") % {"time": timeuntil(deadline, depth=1)}


@register.filter
def duration(seconds: float | None) -> str:
    """How long something took, in the unit that fits."""
    if seconds is None:
        return "—"
    if seconds < 1:
        return _("%(n)d ms") % {"n": round(seconds * 1000)}
    if seconds < 60:
        return _("%(n).1f s") % {"n": seconds}
    return _("%(minutes)d min %(seconds)d s") % {"minutes": seconds // 60, "seconds": seconds % 60}


@register.filter
def told(job: Any) -> list[tuple[str, str]]:
    """What a job's handler is told, in words; what is empty is left out."""
    handler = handler_named(job.handler)
    schema = handler.parameters.model_json_schema()["properties"] if handler else {}
    titles = {name: _(part["title"]) for name, part in schema.items() if part.get("title")}
    labels = {name: part.get("labels", {}) for name, part in schema.items()}
    return [
        (titles.get(name, name), _in_words(value, labels.get(name, {})))
        for name, value in job.parameters.items()
        if value
    ]


def _in_words(value: Any, labels: Mapping[str, str]) -> str:
    """As the form had it."""
    if isinstance(value, str) and value in labels:
        return _(labels[value])
    if isinstance(value, dict):
        return "\n".join(f"{name}: {part}" for name, part in value.items())
    return str(value)


@register.filter
def allowance(limit: JobLimit) -> str:
    """How much a limit allows, in words."""
    parts = []
    if limit.at_once:
        parts.append(ngettext("%(n)d at a time", "%(n)d at a time", limit.at_once) % {"n": limit.at_once})
    if limit.per_minute:
        parts.append(ngettext("%(n)d in a minute", "%(n)d in a minute", limit.per_minute) % {"n": limit.per_minute})
    return ", ".join(parts)


@register.filter
def kind(job: Any) -> Any:
    """What kind of work a job is, or a limit counts, in words."""
    if not job.handler:
        return _("All kinds") if isinstance(job, JobLimit) else _("Done by a person")
    handler = handler_named(job.handler)
    return handler.title if handler else job.handler
