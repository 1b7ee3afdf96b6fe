"""Forms that keep what was typed, and say what is wrong where it is wrong."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from innotter.errors import ProductError

#: The status of a page whose form was not accepted.
UNPROCESSABLE = 422


def offer(form: forms.BaseForm, name: str, choices: Iterable[tuple[str, Any]]) -> None:
    """Set what a field lets people choose from: values and labels."""
    cast("forms.ChoiceField", form.fields[name]).choices = list(choices)


def offer_rows(form: forms.BaseForm, name: str, rows: QuerySet[Any]) -> None:
    """Set the rows that a field lets people choose from."""
    cast("forms.ModelChoiceField[Any]", form.fields[name]).queryset = rows


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, be it nothing at all; None when it is only looked at."""
    return request.POST if request.method == "POST" else None


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
    """The page of a form: as new, or with what was wrong and the status that says so."""
    refusal: ProductError | None = getattr(form, "refusal", None)
    status = (refusal.status if refusal else UNPROCESSABLE) if form.is_bound and form.errors else 200
    response = render(request, template, {"form": form} | context, status=status)
    if refusal and refusal.retry_after:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response
