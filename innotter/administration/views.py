"""The site's own face: its documents and logo for everybody, its settings for admins."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from innotter.accounts.authentication import signed_in
from innotter.accounts.forms import AvatarForm
from innotter.accounts.models import User
from innotter.accounts.permissions import can_use_admin_panel
from innotter.administration import services
from innotter.administration.forms import SiteForm
from innotter.administration.queries import overview
from innotter.markdown import render_kept
from innotter.media.serving import stored_picture
from innotter.site.current import current_site
from innotter.site.models import DOCUMENTS, Site
from innotter.web.caching import kept, key_of, revalidated
from innotter.web.forms import form_page, refusals_on, sent


def _admin(request: HttpRequest) -> User:
    """The admin who asks; for others these addresses are not there."""
    person = signed_in(request)
    if not can_use_admin_panel(person):
        raise Http404
    return person


@revalidated
@require_safe
def document(request: HttpRequest, name: str) -> HttpResponse:
    """The rules, the imprint or the privacy page; 404 where none is written."""
    text = getattr(current_site(), name)
    if not text:
        raise Http404
    html = kept(key_of("document", text), lambda: render_kept(text).html)
    return render(request, "administration/document.html", {"title": DOCUMENTS[name], "html": html})


@require_safe
def logo(request: HttpRequest, version: str) -> HttpResponse:
    if current_site().logo != f"site/{version}":
        raise Http404
    return stored_picture(request, f"site/{version}")


@revalidated
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    admin = _admin(request)
    site = Site.objects.first() or Site()
    form = SiteForm(sent(request), instance=site)
    if form.is_valid():
        with refusals_on(form):
            services.edit_site(admin=admin, **form.changes())
            messages.success(request, _("Your changes are saved."))
            return redirect("administration:settings")
    return _settings(request, form)


@require_POST
def set_logo(request: HttpRequest) -> HttpResponse:
    admin = _admin(request)
    if "remove" in request.POST:
        services.remove_logo(admin=admin)
        return redirect("administration:settings")
    form = AvatarForm(request.POST, request.FILES)
    if form.is_valid():
        with refusals_on(form):
            services.set_logo(admin=admin, file=form.cleaned_data["image"])
            messages.success(request, _("The picture is saved."))
            return redirect("administration:settings")
    return _settings(request, form)


def _settings(request: HttpRequest, form: SiteForm | AvatarForm) -> HttpResponse:
    """The page of both forms, of which one was sent."""
    now = Site.objects.first() or Site()
    forms = {"form": SiteForm(instance=now), "logo_form": AvatarForm()}
    forms["logo_form" if isinstance(form, AvatarForm) else "form"] = form
    return form_page(request, "administration/settings.html", form, **forms)


@revalidated
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """How the site is: people, space, what waits, what has failed, how old the last backup is."""
    _admin(request)
    return render(request, "administration/status.html", {"groups": overview()})
