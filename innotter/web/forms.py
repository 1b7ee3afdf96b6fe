"""Forms that keep what was typed, and say what is wrong where it is wrong."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from innotter.errors import ProductError

#: The status of a page whose form was not accepted.
UNPROCESSABLE = 422


class Unbound(NamedTuple):
    """A form before anybody has filled it in, by all that it is made of: two that are equal look alike."""

    kind: type[forms.Form]
    initial: tuple[tuple[str, Any], ...]
    options: tuple[tuple[str, Any], ...]

    def built(self) -> forms.Form:
        return self.kind(initial=dict(self.initial), **dict(self.options))


def unbound(kind: type[forms.Form], initial: Mapping[str, Any], **options: Hashable) -> Unbound:
    """A form that begins with what has been asked for, to be shown by `{% chips %}`."""
    return Unbound(kind, tuple(initial.items()), tuple(options.items()))


def offer(form: forms.BaseForm, name: str, choices: Iterable[tuple[str, Any]]) -> None:
    """Set what a field lets people choose from: values and labels."""
    cast("forms.ChoiceField", form.fields[name]).choices = list(choices)


def offer_rows(form: forms.BaseForm, name: str, rows: QuerySet[Any]) -> None:
    """Set the rows that a field lets people choose from."""
    cast("forms.ModelChoiceField[Any]", form.fields[name]).queryset = rows


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, be it nothing at all; None when it is only looked at."""
    return request.POST if request.method == "POST" else None


class AsShown:
    """For a form of what several people change: an old one that is sent takes back nothing that others have changed.

    What each field held when it was shown comes along with the form (`_form.html`). Who sends none of it has looked at
    no form, and writes all that is sent.
    """

    @property
    def _form(self) -> forms.BaseForm:
        return cast("forms.BaseForm", self)

    def as_shown(self) -> Iterator[tuple[str, Any]]:
        """What each field holds on the page, by the name under which it comes back."""
        for bound in self._form:
            name = f"shown-{bound.html_name}"
            yield name, self._form.data.get(name, "" if bound.initial is None else bound.initial)

    def changes(self) -> dict[str, Any]:
        """What was changed, of a valid form."""
        return {name: value for name, value in self._form.cleaned_data.items() if self._is_changed(name)}

    def _is_changed(self, name: str) -> bool:
        field, bound = self._form.fields[name], self._form[name]
        shown = self._form.data.get(f"shown-{bound.html_name}")
        if shown is None:
            return True
        try:
            return bool(field.has_changed(field.to_python(shown), bound.data))
        except ValidationError:
            return True


@contextmanager
def refusals_on(form: forms.BaseForm) -> Iterator[None]:
    """Show a service's refusal on the form, instead of as a page of its own."""
    try:
        yield
    except ProductError as refusal:
        form.refusal = refusal  # type: ignore[attr-defined]
        for field, errors in refusal.errors.items():
            form.add_error(field if field in form.fields else None, errors)
        if not refusal.errors:
            form.add_error(None, str(refusal.detail))
    except ValidationError as error:
        by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for field, messages in by_field.items():
            form.add_error(field if field in form.fields else None, messages)


def form_page(request: HttpRequest, template: str, form: forms.BaseForm, /, **context: Any) -> HttpResponse:
    """The page of a form: as new, or with what was wrong, the cursor there, and the status that says so."""
    _focus_first_error(form)
    refusal: ProductError | None = getattr(form, "refusal", None)
    status = (refusal.status if refusal else UNPROCESSABLE) if form.is_bound and form.errors else 200
    response = render(request, template, {"form": form} | context, status=status)
    if refusal and refusal.retry_after:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _focus_first_error(form: forms.BaseForm) -> None:
    """Let a page that comes back begin where something is to be corrected, instead of where it usually begins."""
    wrong = next((field for field in form.visible_fields() if field.errors), None) if form.is_bound else None
    if wrong is None:
        return
    for field in form.fields.values():
        field.widget.attrs.pop("autofocus", None)
    wrong.field.widget.attrs["autofocus"] = True
