"""Account settings: profile, picture, address, password, sessions."""

from django.conf import settings
from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST, require_safe
from django.views.i18n import set_language as set_browser_language

from innotter.accounts import services
from innotter.accounts.authentication import (
    current_session,
    keep_browser_signed_in,
    keep_preferences,
    signed_in,
)
from innotter.accounts.devices import device_name
from innotter.accounts.forms import AvatarForm, EmailForm, PasswordForm, ProfileForm
from innotter.accounts.models import User
from innotter.accounts.views.signing_in import WAITING
from innotter.media.serving import stored_picture
from innotter.web.forms import form_page, refusals_on


def _page(request: HttpRequest, user: User, form: BaseForm) -> HttpResponse:
    """The settings, with the one form that was sent, and the others as new."""
    forms: dict[str, BaseForm] = {
        "profile_form": ProfileForm(instance=User.objects.get(pk=user.pk)),
        "avatar_form": AvatarForm(),
        "email_form": EmailForm(),
        "password_form": PasswordForm(),
    }
    name = next((name for name, other in forms.items() if type(other) is type(form)), "profile_form")
    context = forms | {name: form} if form.is_bound else forms
    current = current_session(request)
    sessions = user.sessions.alive().order_by("-last_used_at")[:50]
    return form_page(
        request,
        "accounts/settings.html",
        form,
        **context,
        sessions=[(session, device_name(session.device)) for session in sessions],
        current=current,
        pending_email=services.pending_email(user),
    )


@never_cache
@require_GET
def show(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    return _page(request, user, ProfileForm(instance=user))


@require_POST
def edit_profile(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    # Of their own: the page that says what was refused names whoever is signed in as they are still called.
    edited, shown = User.objects.get(pk=user.pk), User.objects.get(pk=user.pk)
    form = ProfileForm(request.POST, instance=shown)
    if form.is_valid():
        with refusals_on(form):
            keep_preferences(request, services.edit_profile(user=edited, **form.cleaned_data))
            messages.success(request, _("Your profile is saved."))
            return redirect("accounts:settings")
    return _page(request, user, form)


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """The switch at the foot of every page: of a visitor for this browser, of a person for the account."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        keep_preferences(request, services.edit_profile(user=signed_in(request), language=language))
    return set_browser_language(request)


@require_POST
def set_avatar(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    if "remove" in request.POST:
        services.remove_avatar(user=user)
        return redirect("accounts:settings")
    form = AvatarForm(request.POST, request.FILES)
    if form.is_valid():
        with refusals_on(form):
            services.set_avatar(user=user, file=form.cleaned_data["image"])
            messages.success(request, _("Your picture is saved."))
            return redirect("accounts:settings")
    return _page(request, user, form)


@require_safe
def avatar(request: HttpRequest, name: str) -> HttpResponse:
    """A person's picture, as long as the person may be seen and has it."""
    owner = get_object_or_404(User.objects.findable_by(request.user), avatar=f"avatars/{name}".replace("\0", ""))
    return stored_picture(request, str(owner.avatar))


@require_POST
def change_email(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    form = EmailForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            email = form.cleaned_data["email"]
            services.edit_profile(user=user, email=email)
            if email.lower() == user.email.lower():
                request.session.pop(WAITING, None)
                messages.success(request, _("Your address stays %(email)s.") % {"email": user.email})
                return redirect("accounts:settings")
            request.session[WAITING] = email
            messages.info(request, _("Enter the code that was sent to %(email)s.") % {"email": email})
            return redirect("accounts:verify")
    return _page(request, user, form)


@sensitive_post_parameters("current", "password")
@require_POST
def change_password(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    form = PasswordForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.change_password(user=user, current_session=current_session(request), **form.cleaned_data)
            keep_browser_signed_in(request, user)
            messages.success(request, _("Your new password is set, and all other sessions have ended."))
            return redirect("accounts:settings")
    return _page(request, user, form)


@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    session = get_object_or_404(user.sessions.alive(), pk=pk)
    services.end_session(user=user, session=session, current=current_session(request))
    messages.success(request, _("That session has ended."))
    return redirect("accounts:settings")


@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    services.end_other_sessions(user=signed_in(request), current=current_session(request))
    messages.success(request, _("All other sessions have ended."))
    return redirect("accounts:settings")
