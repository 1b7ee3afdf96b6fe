"""How a team gets on: charts for its people, and reports to take along."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from innotter.accounts.authentication import signed_in
from innotter.accounts.models import User
from innotter.errors import Away, ProductError
from innotter.tasks.gateways import FORMATS, ask_for_report, insights_of, report_file, reports_of
from innotter.tasks.models import Team
from innotter.tasks.queries import velocity_of
from innotter.tasks.views.teams import team_for
from innotter.web.caching import revalidated
from innotter.web.charts import Bar
from innotter.web.htmx import is_htmx

SPANS = (14, 30, 90)
USUAL_SPAN = 30
TYPES = {"html": "text/html; charset=utf-8", "csv": "text/csv; charset=utf-8", "json": "application/json"}


@revalidated
@require_safe
def insights(request: HttpRequest, pk: int) -> HttpResponse:
    """The charts and reports of a team."""
    person, team = signed_in(request), team_for(request, pk)
    span = _span(request.GET.get("days", ""))
    until = datetime.now(UTC).date()
    weeks = velocity_of(team)
    most = max([week.tasks for week in weeks] + [1])
    context: dict[str, Any] = {"team": team, "span": span, "spans": SPANS, "weeks": weeks, "most": most}
    try:
        found = insights_of(team=team, person=person, since=until - timedelta(days=span - 1), until=until)
        context |= {"reports": reports_of(team=team, person=person), "found": found}
    except Away as refusal:
        context["refusal"] = refusal
    else:
        context |= _drawn(found) if found else {}
    return render(request, "tasks/insights.html", context)


@revalidated
@require_safe
def reports(request: HttpRequest, pk: int) -> HttpResponse:
    """The list of reports by itself, which asks for itself again while one is being made."""
    person, team = signed_in(request), team_for(request, pk)
    if not is_htmx(request):
        return redirect("tasks:insights", pk=team.pk)
    return render(request, "tasks/_reports.html", {"team": team, "reports": reports_of(team=team, person=person)})


@require_POST
def create_report(request: HttpRequest, pk: int) -> HttpResponse:
    person, team = signed_in(request), team_for(request, pk)
    until = datetime.now(UTC).date()
    since = until - timedelta(days=_span(request.POST.get("days", "")) - 1)
    try:
        ask_for_report(team=team, person=person, since=since, until=until, people=_names(team))
    except ProductError as refusal:
        messages.error(request, str(refusal.detail))
    else:
        messages.success(request, _("The report is being prepared. It will appear below."))
    return redirect("tasks:insights", pk=team.pk)


@revalidated
@require_safe
def report(request: HttpRequest, pk: int, report: UUID, shape: str) -> HttpResponse:
    """A report as a file to keep."""
    person, team = signed_in(request), team_for(request, pk)
    file = report_file(report=report, person=person, format=shape) if shape in FORMATS else None
    if file is None:
        raise Http404
    response = HttpResponse(file.body, content_type=TYPES[shape])
    response.headers["Content-Disposition"] = f'attachment; filename="{team.key.lower()}-{report}.{shape}"'
    return response


def _span(wish: str) -> int:
    return int(wish) if wish in map(str, SPANS) else USUAL_SPAN


def _names(team: Team) -> dict[int, str]:
    """What the people of a team are called, and those who still have tasks there."""
    people = User.objects.filter(memberships__team=team) | User.objects.filter(tasks__team=team)
    return {person.pk: str(person) for person in people.distinct()[:1000]}


def _drawn(found: dict[str, Any]) -> dict[str, Any]:
    names = User.objects.in_bulk([row["user"] for row in found["people"]])
    days = found["throughput"]["days"]
    return {
        "done": [Bar(date_format(day["date"], "SHORT_DATE_FORMAT"), day["done"]) for day in days],
        "left": [Bar(date_format(day["date"], "SHORT_DATE_FORMAT"), day["open"]) for day in found["burn_down"]],
        "days": [
            (day["date"], day["created"], day["done"], left["open"])
            for day, left in zip(days, found["burn_down"], strict=True)
        ][::-1],
        "people": [(names.get(row["user"]), row) for row in found["people"]],
    }
