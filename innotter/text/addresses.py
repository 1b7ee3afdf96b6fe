"""E-mail addresses."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models


def is_address(text: str) -> bool:
    """Whether something is an e-mail address, and has no characters that nobody sees.

    Between quotes Django takes those, too: a form feed would end the line of a header.
    """
    try:
        _check(text)
    except ValidationError:
        return False
    return True


def _check(text: str) -> None:
    validate_email(text)
    if not text.isprintable():
        raise ValidationError(validate_email.message, code="invalid")


class EmailField(models.EmailField[str, str]):
    """A column of addresses. Migrations have Django's own: what is refused is no matter of the table."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.validators.append(_check)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.EmailField", args, kwargs
