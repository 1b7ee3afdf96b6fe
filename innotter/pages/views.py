"""Making, changing and following pages on the site."""

from django.contrib import messages
from django.forms import BaseForm, Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from innotter.accounts.authentication import signed_in
from innotter.accounts.forms import AvatarForm
from innotter.accounts.models import User
from innotter.accounts.permissions import can_block_user
from innotter.media.serving import stored_picture
from innotter.pages import services
from innotter.pages.forms import PageForm
from innotter.pages.models import Follow, Page
from innotter.pages.permissions import can_edit_page
from innotter.pages.queries import followers_of
from innotter.text.numbers import whole_number
from innotter.web.caching import revalidated
from innotter.web.forms import form_page, refusals_on, sent
from innotter.web.htmx import fragment_or_redirect, is_htmx
from innotter.web.lists import newest_first


@revalidated
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    owner = signed_in(request)
    pages = Page.objects.filter(owner=owner).as_seen_by(owner).select_related("owner").prefetch_related("tags")
    template = "pages/_slice.html" if is_htmx(request) else "pages/mine.html"
    return render(request, template, {"slice": newest_first(request, pages)})


@revalidated
@require_GET
def person(request: HttpRequest, username: str) -> HttpResponse:
    """A person's card, and their pages; private ones are found by those who know them."""
    viewer = signed_in(request)
    shown = get_object_or_404(User.objects.findable_by(viewer), username__iexact=username)
    pages = Page.objects.readable_by(viewer).filter(owner=shown).as_seen_by(viewer)
    rows = newest_first(request, pages.select_related("owner").prefetch_related("tags"))
    context = {"person": shown, "slice": rows, "can_block": can_block_user(viewer, shown)}
    return render(request, "pages/_slice.html" if is_htmx(request) else "pages/person.html", context)


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    owner = signed_in(request)
    form = PageForm(sent(request))
    if form.is_valid():
        with refusals_on(form):
            page = services.create_page(owner=owner, **form.cleaned_data)
            messages.success(request, _("Your page is created."))
            return redirect(page)
    return form_page(request, "pages/page_form.html", form)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, handle: str) -> HttpResponse:
    owner, page = _own_page(request, handle)
    form = PageForm(sent(request), instance=page)
    if form.is_valid():
        with refusals_on(form):
            page = services.edit_page(owner=owner, page=page, **form.changes())
            messages.success(request, _("Your changes are saved."))
            return redirect(page)
    return _edit_page(request, form, page)


@require_POST
def set_image(request: HttpRequest, handle: str) -> HttpResponse:
    owner, page = _own_page(request, handle)
    if "remove" in request.POST:
        services.remove_image(owner=owner, page=page)
        return redirect("pages:edit", handle=page.handle)
    form = AvatarForm(request.POST, request.FILES)
    if form.is_valid():
        with refusals_on(form):
            services.set_image(owner=owner, page=page, file=form.cleaned_data["image"])
            messages.success(request, _("The picture is saved."))
            return redirect("pages:edit", handle=page.handle)
    return _edit_page(request, form, page)


def _edit_page(request: HttpRequest, sent_form: BaseForm, page: Page) -> HttpResponse:
    """The page's settings, with the one form that was sent, and the other as new."""
    now = Page.objects.get(pk=page.pk)
    forms = {"form": PageForm(instance=now), "image_form": AvatarForm()}
    forms["image_form" if isinstance(sent_form, AvatarForm) else "form"] = sent_form
    return form_page(request, "pages/page_form.html", sent_form, page=now, **forms)


@require_GET
def image(request: HttpRequest, handle: str, version: str) -> HttpResponse:
    """A page's picture, which is part of its card."""
    page = get_object_or_404(Page.objects.findable_by(request.user), handle=handle.lower(), image=f"pages/{version}")
    return stored_picture(request, str(page.image))


@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, handle: str) -> HttpResponse:
    """Asks first: the GET is the question."""
    owner, page = _own_page(request, handle)
    form = Form(sent(request))
    if form.is_valid():
        with refusals_on(form):
            services.delete_page(owner=owner, page=page)
            messages.success(request, _("The page %(name)s is deleted.") % {"name": page})
            return redirect("pages:mine")
    return form_page(request, "pages/page_delete.html", form, page=page)


@require_POST
def choose(request: HttpRequest, handle: str) -> HttpResponse:
    """Be this page wherever one chooses none."""
    owner, page = _own_page(request, handle)
    services.choose_personal_page(owner=owner, page=page)
    messages.success(request, _("You are %(name)s now, wherever you choose no other page.") % {"name": page})
    return redirect("pages:edit", handle=page.handle)


@revalidated
@require_http_methods(["GET", "POST"])
def requests(request: HttpRequest, handle: str) -> HttpResponse:
    """Who waits to be let in, and the owner's decision on some or all of them."""
    owner, page = _own_page(request, handle)
    if request.method == "POST":
        messages.success(request, _decide(request, owner, page))
        return redirect("pages:requests", handle=page.handle)
    waiting = Follow.objects.pending().filter(page=page).select_related("follower")
    rows = newest_first(request, waiting)
    newest = whole_number(request.GET.get("newest", "")) or (rows.items[0].pk if rows.items else "")
    return render(request, "pages/requests.html", {"page": page, "slice": rows, "newest": newest})


def _decide(request: HttpRequest, owner: User, page: Page) -> str:
    usernames = None if request.POST.get("whom") == "all" else request.POST.getlist("users")
    if usernames == []:
        return _("Select somebody first, or choose everybody.")
    decision = services.accept_requests if request.POST.get("decision") == "accept" else services.reject_requests
    count = decision(owner=owner, page=page, usernames=usernames, newest=whole_number(request.POST.get("newest", "")))
    return ngettext("%(n)d request handled.", "%(n)d requests handled.", count) % {"n": count}


@revalidated
@require_GET
def followers(request: HttpRequest, handle: str) -> HttpResponse:
    """Who follows a page that one may read; its owner can send people away."""
    page = get_object_or_404(Page.objects.readable_by(request.user), handle=handle.lower())
    follows = Follow.objects.accepted().filter(
        page=page, follower__in=User.objects.findable_by(request.user).values("pk")
    )
    context = {
        "page": page,
        "slice": newest_first(request, follows.select_related("follower")),
        "can_edit": can_edit_page(request.user, page),
    }
    return render(request, "pages/followers.html", context)


@require_POST
def remove_follower(request: HttpRequest, handle: str, username: str) -> HttpResponse:
    owner, page = _own_page(request, handle)
    follower = get_object_or_404(User, username__iexact=username, follows__page=page)
    services.remove_follower(owner=owner, page=page, follower=follower)
    messages.success(request, _("%(name)s no longer follows this page.") % {"name": follower})
    return redirect("pages:followers", handle=page.handle)


@require_POST
def follow(request: HttpRequest, handle: str) -> HttpResponse:
    services.follow_page(follower=signed_in(request), page=_page(request, handle))
    return _button(request, handle)


@require_POST
def unfollow(request: HttpRequest, handle: str) -> HttpResponse:
    services.unfollow_page(follower=signed_in(request), page=_page(request, handle))
    return _button(request, handle)


def _button(request: HttpRequest, handle: str) -> HttpResponse:
    page = _page(request, handle)
    context = {"page": page, "followers": followers_of(page)}
    return fragment_or_redirect(request, "pages/_followed.html", context, to=page.get_absolute_url())


def _page(request: HttpRequest, handle: str) -> Page:
    pages = Page.objects.findable_by(request.user).as_seen_by(request.user)
    return get_object_or_404(pages, handle=handle.lower())


def _own_page(request: HttpRequest, handle: str) -> tuple[User, Page]:
    """The page, for its owner; for others it has no such address."""
    owner, page = signed_in(request), _page(request, handle)
    if not can_edit_page(owner, page):
        raise Http404
    return owner, page
