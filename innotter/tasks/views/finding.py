"""Finding tasks: as a list, as a board, on a calendar, as a table; and changing several at once."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from innotter.accounts.authentication import signed_in
from innotter.accounts.models import User
from innotter.errors import Invalid, ProductError
from innotter.media.serving import table_download
from innotter.tasks import services
from innotter.tasks.forms import BulkForm, FilterForm, MoveForm, team_choices
from innotter.tasks.models import Task, Team
from innotter.tasks.models.task import today
from innotter.tasks.permissions import works_as
from innotter.tasks.queries import (
    Card,
    Group,
    board_of,
    calendar_of,
    cards_of,
    filtered,
    groups_of,
    in_order,
    role_of,
    teams_of,
    workers_of,
)
from innotter.web.caching import revalidated
from innotter.web.forms import form_page, refusals_on, sent, unbound
from innotter.web.redirects import on_this_site

PAGE_SIZE = 50


@revalidated
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """The query string is the view: what is found, in which order, as a list or as a board."""
    return _board(request) if request.GET.get("view") == "board" else _list(request, {}, {})


@revalidated
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What one has to do, over all teams, the next first."""
    usual = {"ordering": "due_date", "status": "backlog,todo,in_progress,in_review"}
    return _list(request, {"assignee": "me"}, usual)


def _found(person: User, wishes: dict[str, str]) -> tuple[Any, ProductError | None]:
    """What is found; a wish that makes no sense finds nothing, and is told."""
    try:
        return filtered(Task.objects.readable_by(person), wishes, person), None
    except Invalid as refusal:
        return Task.objects.none(), refusal


def _list(request: HttpRequest, always: dict[str, str], usual: dict[str, str]) -> HttpResponse:
    person = signed_in(request)
    mine = list(teams_of(person))
    teams = team_choices(mine)
    form = FilterForm(request.GET, teams=teams, groups=True)
    wishes = form.wishes()
    found, refusal = _found(person, usual | wishes | always)
    is_grouped = bool(form.cleaned_data.get("group"))
    rows = in_order(found, (usual | wishes).get("ordering", ""), by_status=is_grouped)
    page = Paginator(rows.values_list("pk", flat=True), PAGE_SIZE).get_page(request.GET.get("page"))
    cards = _cards(person, list(page))
    shown = usual | {name: value for name, value in form.cleaned_data.items() if value}
    works_in = {team.pk for team in mine if works_as(role_of(team))}
    shared = {team.pk for team in mine if not team.is_space}
    context = {
        "page": page,
        "cards": cards,
        "groups": groups_of(cards, found) if is_grouped else [Group("", "", cards, len(cards))],
        "works_in": works_in,
        "people": workers_of({card.team for card in cards} & works_in & shared),
        "form": unbound(FilterForm, shown, teams=teams, groups=True),
        "is_filtered": bool(set(wishes) - {"ordering"}),
        "is_mine": bool(always),
        "refusal": refusal,
        "bulk": BulkForm(auto_id="id_bulk_%s"),
        "team": wishes.get("team", ""),
        "added": request.GET.get("added", ""),
    }
    return render(request, "tasks/tasks.html", context)


def _cards(person: User, ids: list[int]) -> list[Card]:
    cards = {card.pk: card for card in cards_of(Task.objects.readable_by(person).filter(pk__in=ids))}
    return [cards[pk] for pk in ids if pk in cards]


def _board(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    teams = list(teams_of(person))
    choices = team_choices(teams)
    form = FilterForm(request.GET, teams=choices)
    wishes = form.wishes() | {"archived": ""}
    chosen = _chosen(teams, wishes.get("team", ""))
    wishes["team"] = ("personal" if chosen.is_space else str(chosen.pk)) if chosen else "personal"
    found, refusal = _found(person, wishes)
    context = {
        "columns": board_of(found),
        "team": chosen,
        "teams": teams,
        "can_work": not chosen or works_as(role_of(chosen)),
        "form": unbound(FilterForm, form.cleaned_data, teams=choices),
        "refusal": refusal,
        "added": request.GET.get("added", ""),
    }
    return render(request, "tasks/board.html", context)


def _chosen(teams: list[Team], wish: str) -> Team | None:
    """The team of a board: as asked for, or the first that is no space of one's own, or that."""
    named = {"personal" if team.is_space else str(team.pk): team for team in teams}
    shared = [team for team in teams if not team.is_space]
    return named.get(wish) or next(iter(shared or teams), None)


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Without JavaScript: into another column, or a step up or down."""
    mover = signed_in(request)
    task = get_object_or_404(Task.objects.readable_by(mover).select_related("team"), pk=pk)
    board = f"{reverse('tasks:tasks')}?view=board&team={'personal' if task.team.is_space else task.team_id}"
    form = MoveForm(sent(request), initial={"status": task.status})
    if form.is_valid():
        status, step = form.cleaned_data["status"], form.cleaned_data["step"]
        with refusals_on(form):
            services.move_task(mover=mover, task=task, status=status, after=_above(task, status, step))
            return redirect(f"{board}#task-{task.pk}")
    return form_page(request, "tasks/move.html", form, task=task, back=board)


def _above(task: Task, status: str, step: str) -> Task | None:
    """Under which card it comes to stand."""
    column = Task.objects.filter(team=task.team_id, status=status).active().exclude(pk=task.pk)
    if step == "up" and status == task.status:
        return next(iter(column.filter(place__lt=task.place).order_by("-place")[1:2]), None)
    if step == "down" and status == task.status:
        below = column.filter(place__gt=task.place).order_by("place").first()
        return below or column.order_by("-place").first()
    return column.order_by("-place").first()


@revalidated
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """What is due on which day of a month."""
    person = signed_in(request)
    mine = list(teams_of(person))
    teams = team_choices(mine)
    month = _month(request.GET.get("month", ""))
    form = FilterForm(request.GET, teams=teams)
    found, refusal = _found(person, form.wishes())
    context = {
        "weeks": calendar_of(found, month),
        "month": month,
        "before": _shifted(month, -1),
        "after": _shifted(month, 1),
        "form": unbound(FilterForm, form.cleaned_data, teams=teams),
        "refusal": refusal,
        "teams": team_choices(team for team in mine if works_as(role_of(team))),
        "team": form.wishes().get("team", ""),
    }
    return render(request, "tasks/calendar.html", context)


def _month(text: str) -> date:
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        month = today()
    return month.replace(year=min(max(month.year, 1970), 9000), day=1)


def _shifted(month: date, by: int) -> date:
    number = month.year * 12 + month.month - 1 + by
    return date(number // 12, number % 12 + 1, 1)


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Change what is ticked; back to the list as it was."""
    person = signed_in(request)
    form = BulkForm(request.POST, person=person)
    if not form.is_valid():
        raise Invalid(**{name: str(errors[0]) for name, errors in form.errors.items()})
    tasks = list(form.cleaned_data["tasks"])
    if not (changes := form.changes()):
        raise Invalid(status=_("Say what is to be changed."))
    count = services.edit_many(editor=person, tasks=tasks, **changes)
    messages.success(request, ngettext("%(n)d task changed.", "%(n)d tasks changed.", count) % {"n": count})
    return HttpResponseRedirect(on_this_site(request, request.POST.get("next", ""), otherwise=reverse("tasks:tasks")))


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """What is found, as a table."""
    person = signed_in(request)
    wishes = FilterForm(request.GET, teams=team_choices(teams_of(person))).wishes()
    return table_download(services.export_tasks(person=person, wishes=wishes))
