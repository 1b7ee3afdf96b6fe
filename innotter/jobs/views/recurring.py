"""One's own recurring jobs: the list, setting them up, changing and pausing them."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from innotter.accounts.authentication import signed_in
from innotter.accounts.models.user import zone_named
from innotter.jobs import services
from innotter.jobs.forms import RecurringForm, TimesForm
from innotter.jobs.models import RecurringJob
from innotter.jobs.queries import for_reading
from innotter.jobs.registry import handler_named, handlers
from innotter.web.caching import revalidated
from innotter.web.forms import form_page, refusals_on, sent

PAGE_SIZE, RUNS_SHOWN = 20, 10


@revalidated
@require_safe
def recurring_jobs(request: HttpRequest) -> HttpResponse:
    mine = RecurringJob.objects.of(signed_in(request)).with_last_run().order_by("-pk")
    page = Paginator(mine, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "jobs/recurring.html", {"page": page})


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """The kinds of work that can recur, to choose from."""
    signed_in(request)
    kinds = [handler for handler in handlers() if not handler.takes_file]
    return render(request, "jobs/recurring_choose.html", {"handlers": kinds})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, handler: str) -> HttpResponse:
    owner, work = signed_in(request), handler_named(handler)
    if work is None or work.takes_file:
        raise Http404
    initial = {"name": work.title, "time_zone": owner.time_zone}
    form = RecurringForm(sent(request), handler=work, owner=owner, initial=initial)
    if "preview" not in request.POST and form.is_valid():
        with refusals_on(form):
            recurring = services.create_recurring_job(owner=owner, handler=work.name, **form.wishes())
            messages.success(request, _("The recurring job is created."))
            return redirect(recurring)
    return _form_page(request, form)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    owner, recurring = signed_in(request), _own(request, pk)
    if (work := handler_named(recurring.handler)) is None:
        raise Http404
    names = ("name", "expression", "time_zone", "until", "missed", "notify")
    initial = recurring.parameters | {name: getattr(recurring, name) for name in names}
    form = RecurringForm(sent(request), handler=work, owner=owner, initial=initial)
    if "preview" not in request.POST and form.is_valid():
        with refusals_on(form):
            services.edit_recurring_job(owner=owner, recurring=recurring, **form.wishes())
            messages.success(request, _("Saved."))
            return redirect(recurring)
    return _form_page(request, form, recurring=recurring)


def _form_page(request: HttpRequest, form: RecurringForm, **context: object) -> HttpResponse:
    """The page of the form; where the next times were asked for, with them alone, whatever else is wrong."""
    if "preview" in request.POST:
        for name in list(form.errors):
            form.errors.pop(name)
        context |= _times(request)
    return form_page(request, "jobs/recurring_form.html", form, handler=form.handler, lacks=form.lacks(), **context)


@require_POST
def times(request: HttpRequest) -> HttpResponse:
    """The next times of what stands in the form, to be put below it."""
    signed_in(request)
    return render(request, "jobs/_recurring_times.html", _times(request))


def _times(request: HttpRequest) -> dict[str, object]:
    form = TimesForm(request.POST, initial={"time_zone": request.POST.get("time_zone")})
    if form.is_valid():
        with refusals_on(form):
            found = services.next_times(**form.cleaned_data)
            return {"times": found, "zone": zone_named(form.cleaned_data["time_zone"]), "asked": True}
    return {"wrong": [error for errors in form.errors.values() for error in errors], "asked": True}


@revalidated
@require_safe
def recurring_job(request: HttpRequest, pk: int) -> HttpResponse:
    recurring = _own(request, pk)
    runs = for_reading(recurring.runs.order_by("-pk"))[:RUNS_SHOWN]
    context = {"recurring": recurring, "zone": zone_named(recurring.time_zone), "runs": runs}
    return render(request, "jobs/recurring_job.html", context)


@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    recurring = _own(request, pk)
    services.pause_recurring_job(owner=signed_in(request), recurring=recurring)
    return redirect(recurring)


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    recurring = _own(request, pk)
    services.resume_recurring_job(owner=signed_in(request), recurring=recurring)
    return redirect(recurring)


@require_POST
def run(request: HttpRequest, pk: int) -> HttpResponse:
    return redirect(services.run_recurring_job(owner=signed_in(request), recurring=_own(request, pk)))


@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks first: the GET is the question."""
    owner, recurring = signed_in(request), _own(request, pk)
    form = forms.Form(sent(request))
    if form.is_valid():
        with refusals_on(form):
            services.delete_recurring_job(owner=owner, recurring=recurring)
            messages.success(request, _("The recurring job is deleted."))
            return redirect("jobs:recurring-jobs")
    return form_page(request, "jobs/recurring_delete.html", form, recurring=recurring)


def _own(request: HttpRequest, pk: int) -> RecurringJob:
    return get_object_or_404(RecurringJob.objects.of(signed_in(request)).with_last_run(), pk=pk)
