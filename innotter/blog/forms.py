"""The forms of posts."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import User
from innotter.blog import services
from innotter.blog.models import Comment, Draft
from innotter.blog.models.comment import LONGEST_COMMENT, LONGEST_NAME
from innotter.blog.models.image import LONGEST_ALT, MOST_IMAGES
from innotter.blog.models.post import LONGEST_POST, is_short_enough
from innotter.blog.services import Upload
from innotter.pages.models import Page
from innotter.text.numbers import in_megabytes
from innotter.web.forms import offer, offer_rows


def _text(placeholder: Any, label: Any) -> forms.Textarea:
    attrs = {"rows": 3, "placeholder": placeholder, "data-count": LONGEST_POST, "aria-label": label}
    return forms.Textarea(attrs=attrs)


class PostForm(forms.Form):
    content = forms.CharField(
        label=_("Your post"),
        required=False,  # A post with pictures may have no words: the service knows.
        widget=_text(_("What is new?"), _("Your post")),
        validators=[is_short_enough],
    )


class ComposerForm(PostForm):
    page = forms.ModelChoiceField(
        label=_("Page"), queryset=Page.objects.none(), to_field_name="handle", empty_label=None, required=False
    )

    def __init__(self, *args: Any, owner: User | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["content"].required = False
        self.pages = Page.objects.filter(owner=owner).open().order_by("-is_personal", "-last_post_id", "-pk")
        offer_rows(self, "page", self.pages)
        for number in range(1, MOST_IMAGES + 1):
            picture = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"})
            self.fields[f"image_{number}"] = forms.FileField(
                label=_("Picture %(number)d") % {"number": number}, required=False, widget=picture
            )
            self.fields[f"alt_{number}"] = forms.CharField(
                label=_("Alt text of picture %(number)d") % {"number": number},
                required=False,
                max_length=LONGEST_ALT,
                widget=forms.TextInput(attrs={"placeholder": _("Describe the picture"), "class": "input"}),
            )

    @property
    def has_page(self) -> bool:
        """Whether there is a page to post to."""
        return bool(self._first_pages)

    @property
    def only_page(self) -> Page | None:
        """The page of whoever has one: there is nothing to choose then."""
        return self._first_pages[0] if len(self._first_pages) == 1 else None

    @cached_property
    def _first_pages(self) -> list[Page]:
        """The page that is meant where none is chosen, and another."""
        return list(self.pages[:2])

    def clean_page(self) -> Page:
        """Whoever chooses none posts as themselves."""
        if chosen := self.cleaned_data["page"] or next(iter(self._first_pages), None):
            return chosen
        raise ValidationError(self.fields["page"].error_messages["required"], "required")

    def pictures(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The fields of each picture: its file, and what it shows."""
        return [(self[f"image_{number}"], self[f"alt_{number}"]) for number in range(1, MOST_IMAGES + 1)]

    def largest_picture(self) -> str:
        """In megabytes."""
        return in_megabytes(settings.UPLOAD_MAX_BYTES)

    def errors_of_pictures(self) -> bool:
        return any(image.errors or alt.errors for image, alt in self.pictures())

    def wishes(self) -> dict[str, Any]:
        """What the service is asked for."""
        sent = self.cleaned_data
        names = [(f"image_{number}", f"alt_{number}") for number in range(1, MOST_IMAGES + 1)]
        uploads = [Upload(sent[image], sent[alt], image) for image, alt in names if sent[image]]
        return {"content": sent["content"], "page": sent["page"], "uploads": uploads}


class ReplyForm(ComposerForm):
    content = forms.CharField(
        label=_("Your reply"), widget=_text(_("Write a reply"), _("Your reply")), validators=[is_short_enough]
    )


class RemovalForm(forms.Form):
    """Why a moderator removes a post."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The author will see it, and it is kept in the log."),
    )


class DraftForm(forms.ModelForm[Draft]):
    """A sheet to write an article on. It may be half done."""

    #: When what the writer saw was saved.
    seen = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Draft
        fields = ("title", "content")
        widgets = {
            "title": forms.TextInput(attrs={"placeholder": _("Title"), "aria-label": _("Title"), "autofocus": True}),
            "content": forms.Textarea(
                attrs={"rows": 20, "placeholder": _("Write in Markdown"), "aria-label": _("Text"), "data-editor": ""}
            ),
        }

    def _post_clean(self) -> None:
        """The service keeps the draft: the form leaves its instance alone."""


class CommentForm(forms.Form):
    text = forms.CharField(
        label=_("Your comment"),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": _("What do you think?")}),
    )


class GuestCommentForm(CommentForm):
    name = forms.CharField(
        label=_("Your name"),
        required=False,
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name", "placeholder": _("A guest")}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Never shown. We send a link to it, and your comment appears once you open that."),
    )
    #: Nobody sees this field; machines that fill in every field do not know.
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    @property
    def is_of_a_machine(self) -> bool:
        return bool(self.cleaned_data["website"])

    def wishes(self) -> dict[str, Any]:
        """What the service is asked for."""
        return {field: self.cleaned_data[field] for field in ("name", "email", "text")}


class ManageCommentForm(forms.Form):
    """What is to become of a comment."""

    action = forms.ChoiceField(label=_("What should be done with it?"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)

    def __init__(self, *args: Any, may_hide: bool, is_hidden: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("delete", _("Delete it permanently"))]
        if may_hide:
            choices.insert(0, ("show", _("Show it again")) if is_hidden else ("hide", _("Hide it from readers")))
        else:
            del self.fields["reason"]
        offer(self, "action", choices)
        self.initial.setdefault("action", choices[0][0])

    def carry_out(self, person: User, comment: Comment) -> None:
        """Ask the service that was chosen."""
        match self.cleaned_data["action"]:
            case "hide":
                services.hide_comment(person=person, comment=comment)
            case "show":
                services.show_comment(person=person, comment=comment)
            case _:
                reason = self.cleaned_data.get("reason", "")
                services.delete_comment(person=person, comment=comment, reason=reason)


class PictureForm(forms.Form):
    """A picture for an article."""

    image = forms.FileField(label=_("Picture"))
    alt = forms.CharField(label=_("Alt text"), required=False, max_length=LONGEST_ALT)
