"""JSON, written by orjson."""

from collections.abc import Mapping
from typing import Any

import orjson
from django.utils.functional import Promise
from rest_framework.renderers import BaseRenderer
from rest_framework.utils.serializer_helpers import ReturnDict, ReturnList


class OrjsonRenderer(BaseRenderer):
    """What Django REST framework's JSONRenderer does, several times faster."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        if data is None:
            return b""
        return orjson.dumps(data, default=_plain, option=orjson.OPT_UTC_Z)


def _plain(value: object) -> object:
    match value:
        case ReturnDict():
            return dict(value)
        case ReturnList():
            return list(value)
        case str() | Promise():
            return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
