"""Teams: their pages, invitations, templates."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from innotter.accounts.authentication import signed_in
from innotter.errors import require
from innotter.tasks import services
from innotter.tasks.confirming import invitation_of_token
from innotter.tasks.forms import InviteForm, MappingForm, TableForm, TeamForm, TemplateForm
from innotter.tasks.models import Invitation, Membership, TaskTemplate, Team
from innotter.tasks.permissions import (
    can_join,
    can_manage_team,
    can_take_over,
    can_work_in,
    is_last_owner,
    those_standing,
    works_as,
)
from innotter.tasks.queries import role_of, teams_of
from innotter.web.caching import revalidated
from innotter.web.confirmation import ask
from innotter.web.forms import form_page, refusals_on, sent

SHOWN_LINES = 20


def team_for(request: HttpRequest, pk: int) -> Team:
    """A team that one is in."""
    return get_object_or_404(teams_of(signed_in(request)), pk=pk)


@revalidated
@require_safe
def teams(request: HttpRequest) -> HttpResponse:
    return render(request, "tasks/teams.html", {"teams": teams_of(signed_in(request))})


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    owner = signed_in(request)
    form = TeamForm(sent(request))
    if form.is_valid():
        with refusals_on(form):
            team = services.create_team(owner=owner, **form.cleaned_data)
            messages.success(request, _("The team is created. Invite somebody."))
            return redirect(team)
    return form_page(request, "tasks/team_new.html", form)


@revalidated
@require_safe
def team(request: HttpRequest, pk: int) -> HttpResponse:
    return _team_page(request, team_for(request, pk))


def _team_page(request: HttpRequest, shown: Team, form: InviteForm | None = None) -> HttpResponse:
    """The people of a team; one's own space has only oneself, and begins with its templates."""
    if shown.is_space and not form:
        return redirect("tasks:templates", pk=shown.pk)
    person = signed_in(request)
    can_manage = can_manage_team(person, shown)
    invitations = those_standing(Invitation.objects.filter(team=shown)).select_related("user").order_by("pk")
    context: dict[str, Any] = {
        "team": shown,
        "can_manage": can_manage,
        "can_take_over": can_take_over(person, shown),
        "members": shown.memberships.select_related("user").order_by("pk")[:500],
        "invitations": invitations if can_manage else [],
        "roles": Membership.Role.choices,
    }
    return form_page(request, "tasks/team.html", form or InviteForm(), **context)


@revalidated
@require_safe
def templates(request: HttpRequest, pk: int) -> HttpResponse:
    shown = team_for(request, pk)
    context = {"team": shown, "templates": shown.templates.order_by("name"), "can_work": works_as(role_of(shown))}
    return render(request, "tasks/team_templates.html", context)


@revalidated
@require_safe
def settings(request: HttpRequest, pk: int) -> HttpResponse:
    """What a team does by itself, its tables, and how one leaves it."""
    person, shown = signed_in(request), team_for(request, pk)
    can_manage = can_manage_team(person, shown)
    context = {
        "team": shown,
        "can_manage": can_manage,
        "can_work": works_as(role_of(shown)),
        "can_leave": not shown.is_space and not (can_manage and is_last_owner(person, shown)),
        "can_delete": not shown.is_space and can_manage,
    }
    return render(request, "tasks/team_settings.html", context)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    owner, shown = signed_in(request), team_for(request, pk)
    require(can_manage_team(owner, shown))
    form = TeamForm(sent(request), instance=team_for(request, pk))
    if form.is_valid():
        with refusals_on(form):
            services.edit_team(owner=owner, team=shown, **form.changes())
            messages.success(request, _("Saved."))
            return redirect("tasks:team-settings", pk=pk)
    return form_page(request, "tasks/team_edit.html", form, team=shown)


@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    owner, shown = signed_in(request), team_for(request, pk)
    require(can_manage_team(owner, shown))
    count = shown.tasks.count()
    fate = ngettext(
        "Its %(n)s task is deleted with it, permanently.", "Its %(n)s tasks are deleted with it, permanently.", count
    ) % {"n": count}
    return ask(
        request,
        lambda: services.delete_team(owner=owner, team=shown),
        question=_("Delete this team?"),
        about=f"{shown}. {fate}",
        deed=_("Delete"),
        said=_("The team is deleted."),
        back=shown,
        to="tasks:teams",
    )


@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    member, shown = signed_in(request), team_for(request, pk)
    return ask(
        request,
        lambda: services.leave_team(member=member, team=shown),
        question=_("Leave the team?"),
        about=_("Your tasks in %(team)s will be unassigned.") % {"team": shown},
        deed=_("Leave team"),
        said=_("You have left %(team)s.") % {"team": shown},
        back=shown,
        to="tasks:teams",
    )


@require_POST
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Of a team whose owners are all blocked."""
    shown = team_for(request, pk)
    services.take_over_team(member=signed_in(request), team=shown)
    messages.success(request, _("You are the owner of %(team)s now.") % {"team": shown})
    return redirect(shown)


@require_POST
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    owner, shown = signed_in(request), team_for(request, pk)
    form = InviteForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.invite(owner=owner, team=shown, **form.cleaned_data)
            messages.success(request, _("The invitation is sent."))
            return redirect(shown)
    return _team_page(request, shown, form)


@require_POST
def withdraw(request: HttpRequest, pk: int, invitation: int) -> HttpResponse:
    shown = team_for(request, pk)
    found = get_object_or_404(Invitation.objects.select_related("team"), team=shown, pk=invitation, used_at=None)
    services.withdraw_invitation(owner=signed_in(request), invitation=found)
    return redirect(shown)


def _member(request: HttpRequest, pk: int, username: str) -> Membership:
    people = Membership.objects.filter(team=team_for(request, pk)).select_related("user", "team")
    return get_object_or_404(people, user__username__iexact=username)


@require_POST
def member(request: HttpRequest, pk: int, username: str) -> HttpResponse:
    """Another role for somebody."""
    owner, membership = signed_in(request), _member(request, pk, username)
    services.change_role(owner=owner, membership=membership, role=request.POST.get("role", ""))
    messages.success(request, _("Saved."))
    return redirect(membership.team)


@require_http_methods(["GET", "POST"])
def remove_member(request: HttpRequest, pk: int, username: str) -> HttpResponse:
    owner, membership = signed_in(request), _member(request, pk, username)
    require(can_manage_team(owner, membership.team))
    return ask(
        request,
        lambda: services.remove_member(owner=owner, membership=membership),
        question=_("Remove %(name)s?") % {"name": membership.user},
        about=_("Their tasks in %(team)s will be unassigned.") % {"team": membership.team},
        deed=_("Remove"),
        said=_("%(name)s is no longer in the team.") % {"name": membership.user},
        back=membership.team,
        to=membership.team,
    )


@revalidated
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """The invitation, to be taken."""
    person = signed_in(request)
    invitation = invitation_of_token(token)
    if invitation is None or invitation.user_id not in {None, person.pk}:
        raise Http404
    if Membership.objects.filter(team=invitation.team_id, user=person).exists():
        return redirect(invitation.team)
    if not can_join(person, invitation):
        raise Http404
    form = forms.Form(sent(request))
    if form.is_valid():
        with refusals_on(form):
            services.accept_invitation(person=person, invitation=invitation)
            messages.success(request, _("Welcome to %(team)s.") % {"team": invitation.team})
            return redirect(invitation.team)
    return form_page(request, "tasks/join.html", form, invitation=invitation)


@require_http_methods(["GET", "POST"])
def template(request: HttpRequest, pk: int, template: int | None = None) -> HttpResponse:
    """A template of a team, new or to be changed."""
    author, shown = signed_in(request), team_for(request, pk)
    require(can_work_in(author, shown))
    found = (
        get_object_or_404(TaskTemplate.objects.select_related("team"), team=shown, pk=template) if template else None
    )
    form = TemplateForm(sent(request), initial=TemplateForm.of(found) if found else {})
    if form.is_valid():
        with refusals_on(form):
            services.save_template(author=author, team=shown, template=found, **form.cleaned_data)
            messages.success(request, _("The template is saved."))
            return redirect("tasks:templates", pk=pk)
    return form_page(request, "tasks/template.html", form, team=shown, template=found)


def _template(request: HttpRequest, pk: int, template: int) -> TaskTemplate:
    return get_object_or_404(TaskTemplate.objects.select_related("team"), team=team_for(request, pk), pk=template)


@require_POST
def use_template(request: HttpRequest, pk: int, template: int) -> HttpResponse:
    task = services.use_template(person=signed_in(request), template=_template(request, pk, template))
    messages.success(request, _("%(key)s is created.") % {"key": task.key})
    return redirect(task)


@require_http_methods(["GET", "POST"])
def delete_template(request: HttpRequest, pk: int, template: int) -> HttpResponse:
    person, found = signed_in(request), _template(request, pk, template)
    require(can_work_in(person, found.team))
    return ask(
        request,
        lambda: services.delete_template(person=person, template=found),
        question=_("Delete this template?"),
        about=_("%(name)s. Tasks that were created from it stay.") % {"name": found.name},
        deed=_("Delete"),
        said=_("The template is deleted."),
        back=reverse("tasks:templates", args=[pk]),
        to=reverse("tasks:templates", args=[pk]),
    )


@require_http_methods(["GET", "POST"])
def take_in(request: HttpRequest, pk: int) -> HttpResponse:
    """A table of tasks: first the file, then which column is what, checked as often as one likes, then all at once."""
    person, shown = signed_in(request), team_for(request, pk)
    require(can_work_in(person, shown))
    if "content" in request.POST:
        return _mapped(request, shown)
    form = TableForm(sent(request), request.FILES or None)
    if form.is_valid():
        with refusals_on(form):
            table = services.read_table(content=form.cleaned_data["file"].read())
            mapping = MappingForm(table=table, initial={"content": table.text})
            return render(request, "tasks/import_map.html", {"team": shown, "form": mapping, "table": table})
    return form_page(request, "tasks/import.html", form, team=shown)


def _mapped(request: HttpRequest, shown: Team) -> HttpResponse:
    person = signed_in(request)
    # As a form gives it back, a table is longer than it was: in another encoding, and with other ends of lines.
    table = services.read_table(content=request.POST["content"].encode(), largest=3 * services.LARGEST_TABLE)
    form = MappingForm(request.POST, table=table)
    lines: list[Any] = []
    if form.is_valid():
        with refusals_on(form):
            if "import" in request.POST:
                count = services.import_tasks(person=person, team=shown, table=table, mapping=form.mapping())
                said = ngettext("%(n)d task is created.", "%(n)d tasks are created.", count)
                messages.success(request, said % {"n": count})
                if left_out := table.left_out(form.mapping()):
                    messages.info(request, _("Not imported: %(names)s.") % {"names": ", ".join(left_out)})
                return redirect(f"{reverse('tasks:tasks')}?team={'personal' if shown.is_space else shown.pk}")
            lines = services.check_table(table=table, team=shown, mapping=form.mapping())
    wrong = [line for line in lines if line.errors]
    left_out = table.left_out(form.mapping()) if lines else []
    context = {"team": shown, "table": table, "checked": len(lines), "wrong": len(wrong), "left_out": left_out}
    return form_page(request, "tasks/import_map.html", form, lines=(wrong or lines)[:SHOWN_LINES], **context)
