"""Limits, one's own and everybody's; and the queues that admins pause."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from innotter.accounts.authentication import signed_in
from innotter.accounts.models import User
from innotter.errors import require
from innotter.jobs import services
from innotter.jobs.forms import LimitChangesForm, LimitForm, PauseForm
from innotter.jobs.models import JobLimit
from innotter.jobs.permissions import can_manage_limit, can_manage_queues
from innotter.jobs.queries import queues
from innotter.jobs.registry import handler_named
from innotter.web.caching import revalidated
from innotter.web.forms import form_page, refusals_on, sent


@revalidated
@require_safe
def limits(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    found = list(JobLimit.objects.readable_by(person).order_by("owner", "pk"))
    context = {
        "own": [limit for limit in found if not limit.is_for_everybody],
        "common": [limit for limit in found if limit.is_for_everybody],
        "manages": can_manage_queues(person),
    }
    return render(request, "jobs/limits.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    form = LimitForm(sent(request), manages=can_manage_queues(person))
    if form.is_valid():
        with refusals_on(form):
            services.create_limit(person=person, **form.cleaned_data)
            messages.success(request, _("The limit is saved."))
            return redirect("jobs:limits")
    return form_page(request, "jobs/limit_form.html", form)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    person, limit = signed_in(request), _managed(request, pk)
    initial = {"at_once": limit.at_once, "per_minute": limit.per_minute}
    form = LimitChangesForm(sent(request), initial=initial)
    if form.is_valid():
        with refusals_on(form):
            services.edit_limit(person=person, limit=limit, **form.cleaned_data)
            messages.success(request, _("The limit is saved."))
            return redirect("jobs:limits")
    return form_page(request, "jobs/limit_form.html", form, limit=limit)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    services.delete_limit(person=signed_in(request), limit=_managed(request, pk))
    messages.success(request, _("The limit is deleted."))
    return redirect("jobs:limits")


def _managed(request: HttpRequest, pk: int) -> JobLimit:
    """A limit that the person may change."""
    person = signed_in(request)
    limit = get_object_or_404(JobLimit.objects.readable_by(person), pk=pk)
    require(can_manage_limit(person, limit))
    return limit


@revalidated
@require_safe
def all_queues(request: HttpRequest) -> HttpResponse:
    _admin(request)
    return render(request, "jobs/queues.html", {"queues": queues()})


@require_http_methods(["GET", "POST"])
def pause(request: HttpRequest, handler: str = "") -> HttpResponse:
    """Asks first: the GET is the question."""
    admin, kind = _admin(request), handler_named(handler)
    if handler and kind is None:
        raise Http404
    form = PauseForm(sent(request))
    if form.is_valid():
        with refusals_on(form):
            services.pause_queue(admin=admin, handler=handler, **form.cleaned_data)
            messages.success(request, _("Paused. Jobs that are running go on."))
            return redirect("jobs:queues")
    return form_page(request, "jobs/queue_pause.html", form, kind=kind)


@require_POST
def resume(request: HttpRequest, handler: str = "") -> HttpResponse:
    services.resume_queue(admin=_admin(request), handler=handler)
    messages.success(request, _("Resumed."))
    return redirect("jobs:queues")


def _admin(request: HttpRequest) -> User:
    admin = signed_in(request)
    if not can_manage_queues(admin):
        raise Http404
    return admin
