"""Fields that several serializers share."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from innotter.text import json


@extend_schema_field(OpenApiTypes.URI)
class AddressField(serializers.CharField):
    """A path of the site, as a whole address; null for none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, allow_null=True, default=None, **options)

    def to_representation(self, value: str) -> Any:
        return f"{settings.SITE_URL}{value}" if value else None


class ListField(serializers.ListField):
    """A list with a bound, which is looked at first: else a million parts are checked before they are refused."""

    def __init__(self, *, max_length: int, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)
        self._most = max_length

    def to_internal_value(self, data: Any) -> list[Any]:
        if isinstance(data, list) and len(data) > self._most:
            raise serializers.ValidationError(self.error_messages["max_length"].format(max_length=self._most))
        return list(super().to_internal_value(data))


class JSONField(serializers.JSONField):
    """JSON as bodies are read, also where a form brings it as a text. What it may hold, the rules say."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str) and getattr(data, "is_json_string", False):
            try:
                data = json.read(str(data))  # Of its own kind: orjson reads no other.
            except json.NotJSON as error:
                raise serializers.ValidationError(str(error)) from None
        return data


class ObjectField(JSONField):
    """JSON that is names and values."""

    default_error_messages = {"no_object": _("This is an object: names and values.")}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        value = super().to_internal_value(data)
        if not isinstance(value, dict):
            self.fail("no_object")
        return value
