"""The forms people fill in about themselves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import User
from innotter.accounts.models.user import LONGEST_CODE, LONGEST_EMAIL, LONGEST_PASSWORD, LONGEST_USERNAME
from innotter.web.forms import offer
from innotter.web.timezones import choices_with, known_time_zone


def _email(label: Any = _("E-mail address"), **attrs: bool) -> forms.EmailField:
    widget = forms.EmailInput(attrs={"autocomplete": "email", **attrs})
    return forms.EmailField(label=label, max_length=LONGEST_EMAIL, widget=widget)


def _password(label: Any = _("Password"), *, autocomplete: str, help_text: Any = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=LONGEST_PASSWORD, strip=False, widget=widget, help_text=help_text)


def _code() -> forms.CharField:
    attrs = {
        "autocomplete": "one-time-code",
        "inputmode": "numeric",
        "class": "code",
        "maxlength": "6",
        "autofocus": True,
    }
    return forms.CharField(
        label=_("Code from the e-mail"), max_length=LONGEST_CODE, widget=forms.TextInput(attrs=attrs)
    )


class _FromBrowser(forms.Form):
    """A form that also says where the browser is; without JavaScript, or where it is nonsense, nothing."""

    time_zone = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-time-zone": ""}))

    def clean_time_zone(self) -> str:
        return known_time_zone(self.cleaned_data["time_zone"])


class RegistrationForm(_FromBrowser):
    email = _email(autofocus=True)
    password = _password(autocomplete="new-password", help_text=_("At least 8 characters, and not a common one."))
    username = forms.CharField(
        label=_("Username"),
        max_length=LONGEST_USERNAME,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        help_text=_("Your page is found under this name. If you leave it empty, it is made from your e-mail address."),
    )
    is_private = forms.BooleanField(
        label=_("Private page"),
        required=False,
        help_text=_("Only people you approve can read what you post. You can change this at any time."),
    )


class LogInForm(_FromBrowser):
    identifier = forms.CharField(
        label=_("E-mail address or username"),
        max_length=LONGEST_EMAIL,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}),
    )
    password = _password(autocomplete="current-password")


class AddressForm(forms.Form):
    email = _email(autofocus=True)


class VerificationForm(forms.Form):
    email = _email()
    code = _code()


class ResetForm(VerificationForm):
    password = _password(_("New password"), autocomplete="new-password", help_text=_("At least 8 characters."))


class ProfileForm(forms.ModelForm[User]):
    time_zone = forms.ChoiceField(label=_("Time zone"))

    class Meta:
        model = User
        fields = ("name", "title", "username", "language", "time_zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Else the first of all would be chosen for whoever changes their name.
        offer(self, "time_zone", choices_with(self.instance.time_zone))

    def _post_clean(self) -> None:
        """The service judges, not the form."""


class AvatarForm(forms.Form):
    image = forms.FileField(
        label=_("Picture"), widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"})
    )


class EmailForm(forms.Form):
    email = _email(_("New e-mail address"))


class PasswordForm(forms.Form):
    current = _password(_("Current password"), autocomplete="current-password")
    password = _password(_("New password"), autocomplete="new-password", help_text=_("At least 8 characters."))
