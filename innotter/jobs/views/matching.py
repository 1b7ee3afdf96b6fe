"""Acting on all of one's own jobs that match a filter, and taking along those that have failed."""

from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from innotter.accounts.authentication import signed_in
from innotter.errors import Invalid
from innotter.jobs.forms import FilterForm
from innotter.jobs.matching import ACTS
from innotter.jobs.models import Job
from innotter.jobs.queries import matching
from innotter.jobs.services.exporting import failed_jobs
from innotter.media.serving import table_download
from innotter.web.forms import form_page, refusals_on, sent


@require_http_methods(["GET", "POST"])
def act_on_all(request: HttpRequest, act: str) -> HttpResponse:
    """Asks first: the GET is the question. The address has the filter."""
    owner, wanted = signed_in(request), ACTS[act]
    asked = FilterForm(request.GET)
    wishes = asked.wishes()
    if asked.errors:  # Without them, all would match.
        raise Invalid(**{name: " ".join(map(str, errors)) for name, errors in asked.errors.items()})
    wishes.pop("ordering", "")
    jobs = matching(Job.objects.of(owner), wishes)
    form = forms.Form(sent(request))
    if form.is_valid():
        with refusals_on(form):
            messages.success(request, wanted.done(wanted.do(owner=owner, jobs=jobs)))
            return redirect("jobs:jobs")
    context = {"act": wanted, "count": jobs.filter(status__in=wanted.states).count()}
    context["back"] = f"{reverse('jobs:jobs')}?{urlencode(wishes)}"
    return form_page(request, "jobs/all.html", form, **context)


@require_safe
def failed(request: HttpRequest) -> HttpResponseBase:
    """One's failed jobs that match the filter, as a table."""
    return table_download(failed_jobs(owner=signed_in(request), wishes=FilterForm(request.GET).wishes()))
