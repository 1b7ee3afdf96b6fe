"""Jobs for people: the market, bids, what is delivered, and what is said."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from innotter.accounts.authentication import signed_in
from innotter.errors import require
from innotter.jobs import services
from innotter.jobs.forms import BidForm, DeliveryForm, JobCommentForm, OpenJobForm, SelectForm, WantedChangesForm
from innotter.jobs.models import Bid, Job, JobQuerySet
from innotter.jobs.permissions import can_delete_job_comment
from innotter.jobs.queries import comments_on, for_reading
from innotter.jobs.views.mine import job_for, job_page
from innotter.web.caching import revalidated
from innotter.web.confirmation import ask
from innotter.web.forms import form_page, refusals_on, sent
from innotter.web.lists import newest_first


@revalidated
@require_safe
def market(request: HttpRequest) -> HttpResponse:
    signed_in(request)
    return _list(request, Job.objects.on_market(), "jobs/market.html")


@revalidated
@require_safe
def assigned(request: HttpRequest) -> HttpResponse:
    return _list(request, Job.objects.assigned_to(signed_in(request)), "jobs/assigned.html")


def _list(request: HttpRequest, jobs: JobQuerySet, template: str) -> HttpResponse:
    return render(request, template, {"slice": newest_first(request, for_reading(jobs))})


@require_http_methods(["GET", "POST"])
def open_new(request: HttpRequest) -> HttpResponse:
    owner = signed_in(request)
    form = OpenJobForm(sent(request))
    if form.is_valid():
        with refusals_on(form):
            job = services.open_job(owner=owner, **form.cleaned_data)
            messages.success(request, _("The job is open to bids."))
            return redirect(job)
    return form_page(request, "jobs/open.html", form)


def _act(request: HttpRequest, job: Job, form: forms.Form, act: Callable[..., Any], said: str) -> HttpResponse:
    """Do what a form on the page of a job asks for; or show the page with what is wrong."""
    if form.is_valid():
        with refusals_on(form):
            act(**form.cleaned_data)
            messages.success(request, said)
            return redirect(job)
    return job_page(request, job, form)


@require_POST
def bid(request: HttpRequest, pk: int) -> HttpResponse:
    bidder, job = signed_in(request), job_for(request, pk)

    def act(**offer: Any) -> None:
        services.place_bid(bidder=bidder, job=job, **offer)

    return _act(request, job, BidForm(request.POST), act, _("Your bid is placed."))


@require_POST
def withdraw(request: HttpRequest, pk: int, bid: int) -> HttpResponse:
    bidder = signed_in(request)
    offer = get_object_or_404(Bid.objects.select_related("job"), pk=bid, job=pk, bidder=bidder)
    services.withdraw_bid(bidder=bidder, bid=offer)
    messages.success(request, _("Your bid is withdrawn."))
    return redirect(offer.job)


@require_http_methods(["GET", "POST"])
def select(request: HttpRequest, pk: int, bid: int) -> HttpResponse:
    """Asks first: it is for good."""
    owner = signed_in(request)
    offers = Bid.objects.select_related("job", "bidder").standing()
    offer = get_object_or_404(offers, pk=bid, job__in=Job.objects.of(owner).filter(pk=pk))
    form = SelectForm(sent(request))
    if form.is_valid():
        with refusals_on(form):
            services.select_bid(owner=owner, bid=offer, **form.cleaned_data)
            messages.success(request, _("The job is assigned to %(name)s.") % {"name": offer.bidder})
            return redirect(offer.job)
    return form_page(request, "jobs/select.html", form, bid=offer, job=offer.job)


@require_POST
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    author, job = signed_in(request), job_for(request, pk)

    def act(text: str) -> None:
        services.comment_on_job(author=author, job=job, text=text)

    form = JobCommentForm(request.POST, auto_id="id_comment_%s")
    return _act(request, job, form, act, _("Your comment is published."))


@require_http_methods(["GET", "POST"])
def delete_comment(request: HttpRequest, pk: int, comment: int) -> HttpResponse:
    person, job = signed_in(request), job_for(request, pk)
    found = get_object_or_404(comments_on(job, person), pk=comment)
    require(can_delete_job_comment(person, found))
    return ask(
        request,
        lambda: services.delete_job_comment(person=person, comment=found),
        question=_("Delete this comment?"),
        about=found.text,
        deed=_("Delete"),
        said=_("The comment is deleted."),
        back=job,
        to=job,
    )


@require_POST
def deliver(request: HttpRequest, pk: int) -> HttpResponse:
    assignee, job = signed_in(request), job_for(request, pk)
    files: Any = {"file": request.FILES.getlist("file")}
    form = DeliveryForm(request.POST, files)

    def act(**result: Any) -> None:
        services.deliver_job(assignee=assignee, job=job, **result)

    return _act(request, job, form, act, _("Your result is delivered."))


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    owner = signed_in(request)
    job = get_object_or_404(Job.objects.of(owner), pk=pk)
    services.accept_delivery(owner=owner, job=job)
    messages.success(request, _("The job is completed."))
    return redirect(job)


@require_POST
def ask_for_changes(request: HttpRequest, pk: int) -> HttpResponse:
    owner = signed_in(request)
    job = get_object_or_404(for_reading(Job.objects.of(owner)), pk=pk)

    def act(reason: str) -> None:
        services.return_delivery(owner=owner, job=job, reason=reason)

    return _act(request, job, WantedChangesForm(request.POST), act, _("Changes are requested."))
