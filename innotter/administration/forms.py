"""The form of what the site is like."""

from django import forms
from django.utils.translation import gettext_lazy as _

from innotter.site.models import Site
from innotter.web.forms import AsShown


class SiteForm(AsShown, forms.ModelForm[Site]):
    """Several admins may have it open."""

    class Meta:
        model = Site
        fields = (
            "name",
            "description",
            "accent",
            "contact",
            "announcement",
            "registration",
            "rules",
            "imprint",
            "privacy",
        )
        widgets = {
            "description": forms.Textarea(attrs={"rows": 2}),
            "announcement": forms.Textarea(attrs={"rows": 2}),
            **{name: forms.Textarea(attrs={"rows": 8}) for name in ("rules", "imprint", "privacy")},
        }
        help_texts = {
            name: _("In Markdown. While it is empty, there is no such page.")
            for name in ("rules", "imprint", "privacy")
        }

    def _post_clean(self) -> None:
        """The service judges, not the form."""
