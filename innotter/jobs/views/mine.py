"""One's own jobs: the list, submitting, watching, changing one's mind."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from innotter.accounts.authentication import signed_in
from innotter.accounts.models import User
from innotter.jobs import services
from innotter.jobs.forms import BidForm, DeliveryForm, FilterForm, JobCommentForm, JobForm, WantedChangesForm
from innotter.jobs.matching import acts_for
from innotter.jobs.models import Bid, Job, JobFile, JobResult
from innotter.jobs.permissions import (
    can_bid,
    can_comment_on_job,
    can_delete_job_comment,
    can_deliver,
    can_manage_job,
)
from innotter.jobs.queries import (
    attempts_of,
    awaited_by,
    comments_on,
    dashboard_of,
    filtered,
    for_reading,
    in_order,
    limits_on,
    log_of,
    pause_of,
    worked_on_by,
)
from innotter.jobs.registry import handler_named, handlers
from innotter.media.serving import stored_download
from innotter.web.caching import revalidated
from innotter.web.forms import form_page, refusals_on, sent, unbound

PAGE_SIZE = 20
#: Bids, and comments, on the page of a job; programs read on in the API.
MOST_SHOWN = 200


@revalidated
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    owner = signed_in(request)
    form = FilterForm(request.GET)
    wishes = form.wishes()
    found = in_order(filtered(Job.objects.of(owner), wishes), wishes.pop("ordering", ""))
    page = Paginator(for_reading(found), PAGE_SIZE).get_page(request.GET.get("page"))
    status = wishes.get("status", "")
    context = {"page": page, "form": unbound(FilterForm, form.cleaned_data), "is_filtered": bool(wishes)}
    context |= {"status": status, "acts": acts_for(status) if page.object_list else []}
    return render(request, "jobs/jobs.html", context)


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """The kinds of work, to choose from."""
    signed_in(request)
    return render(request, "jobs/choose.html", {"handlers": handlers()})


@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest, handler: str) -> HttpResponse:
    owner, work = signed_in(request), handler_named(handler)
    if work is None:
        raise Http404
    form = JobForm(sent(request), request.FILES or None, handler=work, owner=owner, initial={"name": work.title})
    if form.is_valid():
        with refusals_on(form):
            wishes = form.wishes()
            if wishes["file"]:
                wishes["file"] = services.store_input(owner=owner, file=wishes["file"])
            job = services.submit_job(owner=owner, **wishes)
            messages.success(request, _("The job is submitted."))
            return redirect(job)
    return form_page(request, "jobs/submit.html", form, handler=work, lacks=form.lacks())


@revalidated
@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponse:
    return job_page(request, job_for(request, pk))


@revalidated
@require_safe
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that changes while the job is done."""
    shown = _own(request, pk)
    return render(request, "jobs/_state.html", _state(shown))


def job_for(request: HttpRequest, pk: int) -> Job:
    """A job that the person may see."""
    return get_object_or_404(for_reading(Job.objects.readable_by(signed_in(request))), pk=pk)


def job_page(request: HttpRequest, shown: Job, form: forms.Form | None = None) -> HttpResponse:
    """The page of a job; a form that was not accepted stands in its place."""
    person = signed_in(request)
    bound = {type(form): form} if form else {}
    context: dict[str, Any] = {"job": shown}
    if person in {shown.owner, shown.assignee}:
        context = _state(shown)
    if shown.open_to_bids:
        context |= _of_people(shown, person, bound)
    context["can_manage"] = can_manage_job(person, shown)
    return form_page(request, "jobs/job.html", form or forms.Form(), **context)


def _state(shown: Job) -> dict[str, Any]:
    soon = shown.due_at <= timezone.now() + timedelta(minutes=1)
    is_due = not shown.open_to_bids and shown.is_waiting and shown.due_at <= timezone.now()
    return {
        "pause": pause_of(shown) if is_due else None,
        "limits": limits_on(shown) if is_due else [],
        "job": shown,
        "attempts": attempts_of(shown),
        "earlier": list(awaited_by(shown)),
        "log": log_of(shown),
        "interval": None if not shown.changes else "1s" if soon else "30s",
    }


def _of_people(shown: Job, person: User, bound: dict[type, forms.Form]) -> dict[str, Any]:
    """What belongs to a job that is open to bids, or has been given to somebody."""
    bids = Bid.objects.filter(job=shown).readable_by(person)
    mine = bids.filter(bidder=person).first()
    standing = bids.standing() if can_manage_job(person, shown) else bids.none()
    said = list(reversed(comments_on(shown, person).order_by("-pk")[:MOST_SHOWN]))
    delivered = JobResult.objects.filter(job=shown, outcome=JobResult.Outcome.DELIVERED).first()
    initial = {name: getattr(mine, name) for name in BidForm.base_fields} if mine and mine.is_open else {}
    return {
        "bids": list(standing.select_related("bidder").order_by("pk")[:MOST_SHOWN]),
        "mine": mine,
        "delivered": delivered,
        "comments": [(comment, can_delete_job_comment(person, comment)) for comment in said],
        "bid_form": bound.get(BidForm) or (BidForm(initial=initial) if can_bid(person, shown) else None),
        "comment_form": bound.get(JobCommentForm)
        or (JobCommentForm(auto_id="id_comment_%s") if can_comment_on_job(person, shown) else None),
        "delivery_form": bound.get(DeliveryForm)
        or (DeliveryForm() if can_deliver(person, shown) and not delivered else None),
        "changes_form": bound.get(WantedChangesForm) or WantedChangesForm(),
    }


def _own(request: HttpRequest, pk: int) -> Job:
    return get_object_or_404(for_reading(Job.objects.of(signed_in(request))), pk=pk)


@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks first: the GET is the question."""
    owner, shown = signed_in(request), _own(request, pk)
    form = forms.Form(sent(request))
    if form.is_valid():
        with refusals_on(form):
            is_off = services.cancel_job(owner=owner, job=shown)
            messages.success(request, _("The job is cancelled.") if is_off else _("The job is stopping."))
            return redirect(shown)
    return form_page(request, "jobs/cancel.html", form, job=shown)


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    shown = _own(request, pk)
    services.retry_job(owner=signed_in(request), job=shown)
    messages.success(request, _("The job is being retried."))
    return redirect(shown)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    shown = _own(request, pk)
    services.discard_job(owner=signed_in(request), job=shown)
    messages.success(request, _("The job is discarded."))
    return redirect(shown)


@require_POST
def run(request: HttpRequest, pk: int) -> HttpResponse:
    shown = _own(request, pk)
    services.run_now(owner=signed_in(request), job=shown)
    return redirect(shown)


@require_POST
def duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    twin = services.duplicate_job(owner=signed_in(request), job=_own(request, pk))
    messages.success(request, _("The job is submitted again."))
    return redirect(twin)


@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file that came of a job, for its owner and whoever has made it."""
    files = JobFile.objects.filter(result__job__in=worked_on_by(signed_in(request)))
    found = get_object_or_404(files, pk=pk)
    return stored_download(str(found.file), name=found.name, content_type=found.content_type)


@revalidated
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    return render(request, "jobs/dashboard.html", {"dashboard": dashboard_of(signed_in(request)), "states": Job.Status})
