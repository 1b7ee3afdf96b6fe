"""Reporting; and for moderators the queue, the log, and the blocking of pages and people."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from innotter.accounts import services as accounts
from innotter.accounts.authentication import signed_in
from innotter.accounts.models import User
from innotter.accounts.permissions import can_block_user
from innotter.audit.models import Action
from innotter.blog.models import Comment, Post
from innotter.moderation import services
from innotter.moderation.forms import BlockForm, BlockUserForm, DecisionForm, ReportForm
from innotter.moderation.models import Report
from innotter.moderation.permissions import can_moderate
from innotter.moderation.queries import Subject, cases_of
from innotter.pages import services as pages
from innotter.pages.models import Page
from innotter.text.numbers import whole_number
from innotter.web.caching import revalidated
from innotter.web.forms import form_page, refusals_on, sent
from innotter.web.lists import newest_first


def _moderator(request: HttpRequest) -> User:
    """The moderator who asks; for others these addresses are not there."""
    person = signed_in(request)
    if not can_moderate(person):
        raise Http404
    return person


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Ask the moderators to look at a post, a page or a person."""
    reporter = signed_in(request)
    subject = _subject(reporter, kind, key)
    form = ReportForm(sent(request))
    if form.is_valid():
        with refusals_on(form):
            services.report(reporter=reporter, subject=subject, reason=form.cleaned_data["reason"])
            messages.success(request, _("Thank you. The moderators will look at it."))
            return redirect(subject)
    return form_page(request, "moderation/report.html", form, subject=subject, kind=kind)


def _subject(reporter: User, kind: str, key: str) -> Subject:
    if kind == Report.Subject.POST:
        return get_object_or_404(Post.objects.readable_by(reporter), pk=whole_number(key) or 0)
    if kind == Report.Subject.COMMENT:
        return get_object_or_404(Comment.objects.readable_by(reporter), pk=whole_number(key) or 0)
    if kind == Report.Subject.PAGE:
        return get_object_or_404(Page.objects.findable_by(reporter), handle=key.lower())
    person: User = get_object_or_404(User.objects.findable_by(reporter), username__iexact=key)
    return person


@revalidated
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    moderator = _moderator(request)
    reports = newest_first(request, Report.objects.open().select_related("reporter"))
    context = {"slice": reports, "cases": cases_of(reports.items, moderator)}
    return render(request, "moderation/queue.html", context)


@revalidated
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """One report, with the decisions at hand."""
    moderator = _moderator(request)
    row = get_object_or_404(Report.objects.open().select_related("reporter"), pk=pk)
    (case,) = cases_of([row], moderator)
    form = DecisionForm(sent(request), case=case, moderator=moderator)
    if form.is_valid():
        with refusals_on(form):
            services.decide(
                moderator=moderator,
                report=row,
                decision=form.cleaned_data["decision"],
                reason=form.cleaned_data["reason"],
                until=form.until(),
            )
            messages.success(request, _("The decision is carried out."))
            return redirect("moderation:queue")
    return form_page(request, "moderation/decide.html", form, case=case)


@revalidated
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    _moderator(request)
    actions = newest_first(request, Action.objects.select_related("actor"))
    return render(request, "moderation/log.html", {"slice": actions})


@require_http_methods(["GET", "POST"])
def block_page(request: HttpRequest, handle: str) -> HttpResponse:
    moderator = _moderator(request)
    page = get_object_or_404(Page, handle=handle.lower())
    form = BlockForm(sent(request))
    if form.is_valid():
        with refusals_on(form):
            reason = form.cleaned_data["reason"]
            pages.block_page(moderator=moderator, page=page, until=form.until(), reason=reason)
            messages.success(request, _("The page is blocked."))
            return redirect(page)
    return form_page(request, "moderation/block_page.html", form, page=page)


@require_POST
def unblock_page(request: HttpRequest, handle: str) -> HttpResponse:
    page = get_object_or_404(Page, handle=handle.lower())
    pages.unblock_page(moderator=_moderator(request), page=page)
    messages.success(request, _("The page is unblocked."))
    return redirect(page)


def _admin_and(request: HttpRequest, username: str) -> tuple[User, User]:
    admin = _moderator(request)
    person: User = get_object_or_404(User, username__iexact=username)
    if not can_block_user(admin, person):
        raise Http404
    return admin, person


@require_http_methods(["GET", "POST"])
def block_user(request: HttpRequest, username: str) -> HttpResponse:
    admin, person = _admin_and(request, username)
    form = BlockUserForm(sent(request))
    if form.is_valid():
        with refusals_on(form):
            accounts.block_user(admin=admin, user=person, reason=form.cleaned_data["reason"])
            messages.success(request, _("%(name)s is blocked, with all their pages.") % {"name": person})
            return redirect(person)
    return form_page(request, "moderation/block_user.html", form, person=person)


@require_POST
def unblock_user(request: HttpRequest, username: str) -> HttpResponse:
    admin, person = _admin_and(request, username)
    accounts.unblock_user(admin=admin, user=person)
    messages.success(
        request, _("%(name)s is unblocked: they can sign in, and their pages are visible again.") % {"name": person}
    )
    return redirect(person)
