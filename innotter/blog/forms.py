"""The forms of posts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import User
from innotter.blog.models.post import LONGEST_POST, is_short_enough
from innotter.pages.models import Page


def _text(rows: int) -> forms.Textarea:
    attrs = {"rows": rows, "placeholder": _("What is new?"), "data-count": LONGEST_POST, "aria-label": _("Your post")}
    return forms.Textarea(attrs=attrs)


class PostForm(forms.Form):
    content = forms.CharField(label=_("Your post"), widget=_text(3), validators=[is_short_enough])


class ComposerForm(PostForm):
    page = forms.ModelChoiceField(
        label=_("Page"), queryset=Page.objects.none(), to_field_name="handle", empty_label=None
    )

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pages = Page.objects.filter(owner=owner).open().order_by("-last_post_id", "-pk")
        self.fields["page"].queryset = pages  # type: ignore[attr-defined]
