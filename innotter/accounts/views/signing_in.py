"""Registering, verifying, signing in and out, and getting back in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from innotter.accounts import services
from innotter.accounts.authentication import sign_browser_in, sign_browser_out
from innotter.accounts.forms import AddressForm, LogInForm, RegistrationForm, ResetForm, VerificationForm
from innotter.accounts.knocking import limit_guess, limit_sign_in, remember_device, stranger
from innotter.accounts.models import User
from innotter.accounts.models.user import LONGEST_EMAIL
from innotter.site.current import current_site
from innotter.text.cleaning import one_line
from innotter.web.forms import form_page, refusals_on
from innotter.web.redirects import on_this_site

#: Where the browser's session keeps the address that waits for its code.
WAITING = "email_to_verify"


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("feed:home")
    form = RegistrationForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            user = services.register_user(**form.cleaned_data, language=request.LANGUAGE_CODE, asker=stranger(request))
            request.session[WAITING] = user.email
            return redirect("accounts:verify")
    return form_page(request, "accounts/register.html", form)


@never_cache
@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    email = request.session.get(WAITING, "")
    form = VerificationForm(request.POST or None, initial={"email": email or _address_in_link(request)})
    if form.is_valid():
        with refusals_on(form):
            asker = limit_guess(request, form.cleaned_data["email"])
            user = services.verify_email(**form.cleaned_data, asker=asker)
            return _welcome(request, user)
    return form_page(request, "accounts/verify.html", form, email=email)


def _address_in_link(request: HttpRequest) -> str:
    """The address that a mailed link brings along: the code may be entered in another browser."""
    return one_line(request.GET.get("email", ""))[:LONGEST_EMAIL]


def _welcome(request: HttpRequest, user: User) -> HttpResponse:
    request.session.pop(WAITING, None)
    if request.user == user:
        messages.success(request, _("Your new address is %(email)s.") % {"email": user.email})
        return redirect("accounts:settings")
    services.check_may_sign_in(user)
    sign_browser_in(request, user)
    messages.success(request, _("Welcome to %(site)s, %(name)s.") % {"site": current_site(), "name": user})
    if not user.has_usable_password():
        messages.warning(request, _("Somebody else has registered your address, too. Choose a new password now."))
        request.session["email_to_reset"] = user.email
    welcome = redirect("feed:home" if user.has_usable_password() else "accounts:reset")
    remember_device(request, welcome, user)
    return welcome


@require_POST
def resend(request: HttpRequest) -> HttpResponse:
    form = AddressForm(request.POST)
    if form.is_valid():
        email = form.cleaned_data["email"]
        services.resend_code(email=email)
        request.session[WAITING] = email
        messages.success(request, _("If this address waits for a code, a new one is on its way."))
    return redirect("accounts:verify")


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    to = on_this_site(request, wanted, otherwise=reverse("feed:home"))
    if request.user.is_authenticated:
        return HttpResponseRedirect(to)
    form = LogInForm(request.POST or None, initial={"identifier": request.session.pop("email_to_sign_in", "")})
    if form.is_valid():
        with refusals_on(form):
            try:
                limit_sign_in(request, form.cleaned_data["identifier"])
                time_zone = form.cleaned_data.pop("time_zone")
                user = services.check_credentials(**form.cleaned_data)
            except services.EmailNotVerified as refusal:
                return _to_verification(request, form.cleaned_data["identifier"], refusal)
            services.learn_time_zone(user=user, time_zone=time_zone)
            sign_browser_in(request, user)
            inside = HttpResponseRedirect(to)
            remember_device(request, inside, user)
            return inside
    return form_page(request, "accounts/log_in.html", form, next=wanted)


def _to_verification(request: HttpRequest, identifier: str, refusal: services.EmailNotVerified) -> HttpResponse:
    request.session[WAITING] = User.objects.named(identifier).get().email
    messages.info(request, str(refusal.detail))
    return redirect("accounts:verify")


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    sign_browser_out(request)
    outside = redirect("feed:home")
    # What was read here is not to come back by the browser's button.
    outside.headers["Clear-Site-Data"] = '"cache"'
    return outside


@never_cache
@require_http_methods(["GET", "POST"])
def ask_for_reset(request: HttpRequest) -> HttpResponse:
    form = AddressForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            email = form.cleaned_data["email"]
            services.ask_for_reset(email=email)
            request.session["email_to_reset"] = email
            messages.info(request, _("If this address has an account, a code is on its way to it."))
            return redirect("accounts:reset")
    return form_page(request, "accounts/ask_for_reset.html", form)


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def reset(request: HttpRequest) -> HttpResponse:
    form = ResetForm(
        request.POST or None, initial={"email": request.session.get("email_to_reset") or _address_in_link(request)}
    )
    if form.is_valid():
        with refusals_on(form):
            asker = limit_guess(request, form.cleaned_data["email"])
            user = services.reset_password(**form.cleaned_data, asker=asker)
            request.session.pop("email_to_reset", None)
            request.session["email_to_sign_in"] = user.email
            messages.success(request, _("Your new password is set. Sign in with it."))
            door = redirect("accounts:log-in")
            remember_device(request, door, user)
            return door
    return form_page(request, "accounts/reset.html", form)
