"""Columns for texts of people. They clean what is written into them, so that no door can forget to."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.fields.json import KeyTransform
from django.utils.functional import Promise

from innotter.errors import Invalid
from innotter.text import json
from innotter.text.cleaning import many_lines, one_line


class _Cleaned:
    """Cleans a text when the field is checked and, for writers that do not check, when it is saved.

    A text that is too long once it is clean, or of which nothing is left where something must be, is refused as
    `Invalid`; where the product writes the text itself, `cuts` shortens it instead. In migrations the field is Django's
    own: what it does is no matter of the table.
    """

    blank: bool
    max_length: int | None
    name: str
    attname: str
    error_messages: dict[str, Any]
    #: What a text becomes.
    clean_text: Callable[[str], str]

    def __init__(self, *args: Any, cuts: bool = False, **kwargs: Any) -> None:
        self.cuts = cuts
        super().__init__(*args, **kwargs)

    @property
    def _field(self) -> Any:
        """Django's field, which stands behind this class in each of those below."""
        return super()

    def to_python(self, value: Any) -> Any:
        value = self._field.to_python(value)
        return self._fitting(value) if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self._field.pre_save(model_instance, add)
        if isinstance(value, str | Promise):
            value = self._checked(str(value))
            setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if isinstance(value, str | Promise):
            value = self._checked(str(value))
        return self._field.get_db_prep_save(value, connection)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _path, args, kwargs = self._field.deconstruct()
        base = next(one for one in type(self).__mro__ if one.__module__.startswith("django.db.models"))
        return name, f"django.db.models.{base.__name__}", args, kwargs

    def _fitting(self, text: str) -> str:
        text = self.clean_text(text)
        return text[: self.max_length] if self.cuts else text

    def _checked(self, text: str) -> str:
        clean = self._fitting(text)
        if text and not clean and not self.blank:
            raise Invalid(**{self.name: self.error_messages["blank"]})
        if self.max_length is not None:
            try:
                MaxLengthValidator(self.max_length)(clean)
            except ValidationError as error:
                raise Invalid(**{self.name: " ".join(error.messages)}) from None
        return clean


class LineField(_Cleaned, models.CharField[str, str]):
    """A name, a title: one line."""

    clean_text = staticmethod(one_line)


class ProseField(_Cleaned, models.TextField[str, str]):
    """A text of any number of lines. `max_length` holds here, too, unlike in Django's own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.max_length is not None:
            self.validators.append(MaxLengthValidator(self.max_length))

    clean_text = staticmethod(many_lines)


class DataField(models.JSONField):
    """Data of people: what could not be given out again is refused as `Invalid` when it is saved.

    What is there from before is read without what could not: a template cannot even write a thousand levels.
    """

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if isinstance(expression, KeyTransform) and not isinstance(value, str):
            return value
        return None if value is None else json.writable(orjson.loads(value))

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if not hasattr(value, "resolve_expression") and (problem := json.problem_of(value)):
            raise Invalid(**{self.name: problem})
        return super().get_db_prep_save(value, connection)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs
