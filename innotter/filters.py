"""Filters of lists, with django-filter: an address, a form and the API's document are understood by one declaration."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, FilterSet
from drf_spectacular.drainage import set_override

from innotter.errors import Invalid
from innotter.text.cleaning import one_line
from innotter.text.numbers import day, decimal_number, moment

LARGEST_NUMBER = 10**6
#: The database compares it with every place of a text: a longer one takes the product of both.
LONGEST_PART = 200


class Filters(FilterSet):
    """What a list can be asked for. Names that are not declared are ignored; values that make no sense are refused."""

    def __init__(self, wishes: Mapping[str, str], queryset: QuerySet[Any], **known: Any) -> None:
        #: Whoever asks, and what else the filters must know.
        self.known = known
        super().__init__({name: one_line(value) for name, value in wishes.items()}, queryset)

    @property
    def found(self) -> Any:
        """The rows that match; refuses all values that make no sense, at once."""
        if not self.form.is_valid():
            raise Invalid(**{name: " ".join(errors) for name, errors in self.form.errors.items()})
        return self.qs


class PartOf(CharFilter):
    """A column, of whose text it is a part."""

    def __init__(self, field_name: str, **kwargs: Any) -> None:
        super().__init__(field_name, "icontains", max_length=LONGEST_PART, **kwargs)


class ReadField(forms.CharField):
    """A text that stands for something else; `read` gives None for what cannot be understood."""

    def __init__(self, *args: Any, read: Callable[[str], Any], message: Any, params: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.read, self.refusal = read, ValidationError(message, params=params)

    def to_python(self, value: Any) -> Any:
        text = str(super().to_python(value) or "")
        found = self.read(text) if text else None
        if text and found is None:
            raise self.refusal
        return found


class Read(CharFilter):
    """A column, compared with what a text stands for."""

    field_class = ReadField


class Day(Read):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        set_override(self, "field", {"type": "string", "format": "date", "description": kwargs.get("help_text", "")})
        super().__init__(*args, read=day, message=_("Write a day, such as 2026-11-21."), **kwargs)


class Moment(Read):
    """A time, or the beginning of a day."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        message = _("Write a day or a time, such as 2026-11-21 or 2026-11-21T08:00:00Z.")
        super().__init__(*args, read=lambda text: moment(text) or moment(f"{text}T00:00"), message=message, **kwargs)


class OneOf(Read):
    """One of some words, or several with commas between them, each with the value of the column that it stands for."""

    def __init__(self, *args: Any, values: Mapping[str, Any], **kwargs: Any) -> None:
        def read(text: str) -> list[Any] | None:
            words = [part.strip() for part in text.split(",") if part.strip()]
            return [values[word] for word in words] if values.keys() >= set(words) else None

        # So that programs that are made of the document, and the fuzz, know the words.
        word = f"({'|'.join(sorted(values))})"
        described = {"type": "string", "pattern": f"^{word}(,{word})*$", "description": kwargs.get("help_text", "")}
        set_override(self, "field", described)
        known = {"message": _("Choose one of: %(values)s."), "params": {"values": ", ".join(sorted(values))}}
        super().__init__(*args, lookup_expr="in", read=read, **known, **kwargs)


def number(text: str) -> Any:
    """A number that is not beyond all columns."""
    found = decimal_number(text)
    return None if found is None or abs(found) > LARGEST_NUMBER else found
