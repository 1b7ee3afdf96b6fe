"""JSON, read and written by orjson."""

from collections.abc import Mapping
from typing import IO, Any

import orjson
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from innotter.errors import ProductError
from innotter.text import json


def write_json(data: Any) -> bytes:
    """What an answer of the API is written as."""
    return json.write(data, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS)


class OrjsonRenderer(BaseRenderer):
    """What Django REST framework's JSONRenderer does, several times faster."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        return b"" if data is None else write_json(data)


class TooLarge(ProductError):
    """More than anybody has to say at once."""

    status, code = 413, "too_large"
    message = _("This is too large.")


class OrjsonParser(BaseParser):
    """Reads strict JSON, of which everything can be kept and given out again."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        body = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge
        try:
            return json.read(body)
        except json.NotJSON as error:
            raise ParseError(str(error)) from None
