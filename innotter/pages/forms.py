"""The form of a page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from innotter.pages.models import Page


class PageForm(forms.ModelForm[Page]):
    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        max_length=400,
        help_text=_("Words that your page is found by, with commas between."),
    )

    class Meta:
        model = Page
        fields = ("name", "handle", "description", "tags", "is_private")
        widgets = {
            "name": forms.TextInput(attrs={"autofocus": True}),
            "handle": forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
            "description": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["tags"] = ", ".join(tag.name for tag in self.instance.tags.all())
            self.fields["is_private"].show_hidden_initial = True

    def clean_handle(self) -> str:
        """Capital letters are not refused, but made small."""
        return str(self.cleaned_data["handle"]).lower()

    def clean_tags(self) -> list[str]:
        return [word for word in self.cleaned_data["tags"].split(",") if word.strip()]

    def changes(self) -> dict[str, Any]:
        """What the page is to be. Who may read it stays where that was not changed here: it may have been elsewhere.

        A form that was opened before the page was made private would let in everybody who waits.
        """
        is_same = "is_private" not in self.changed_data
        return self.cleaned_data | ({"is_private": None} if is_same else {})

    def validate_unique(self) -> None:
        """The database decides, when the page is saved."""

    def _post_clean(self) -> None:
        """The service writes the page: the form leaves its instance alone."""
