"""What the API's document says of an answer: whatever is otherwise ends a program that was made of the document."""

import functools
import re
from typing import Any

import jsonschema
from django.http import HttpResponse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer

from innotter.text import json

#: The document itself is not in it.
LEFT_OUT = ("/api/schema/", "/api/docs/")


@functools.cache
def _document() -> dict[str, Any]:
    made = SchemaGenerator().get_schema(request=None, public=True)
    return dict(json.read(OpenApiJsonRenderer().render(made, "application/json", {})))


@functools.cache
def _paths() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    """The most exact first, as in the URL configuration."""
    paths = sorted(_document()["paths"].items(), key=lambda item: item[0].count("{"))
    return [(re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))), operations) for path, operations in paths]


def _operation(method: str, path: str) -> dict[str, Any]:
    whole = path.partition("?")[0]
    found = [operations for pattern, operations in _paths() if pattern.fullmatch(whole)]
    return next((operations[method.lower()] for operations in found if method.lower() in operations), {})


def stray(method: str, path: str, answer: HttpResponse, content: bytes) -> str:
    """How an answer is otherwise than the document says; nothing, if it is not."""
    if path.startswith(LEFT_OUT):
        return ""
    said = _operation(method, path).get("responses", {}).get(str(answer.status_code))
    if said is None:
        return f"{answer.status_code} is not in the document"
    kinds, kind = said.get("content", {}), answer.headers.get("Content-Type", "").partition(";")[0]
    if not content and not kinds:
        return ""
    if kind not in kinds:
        return f"{kind or 'nothing'} is not in the document: {list(kinds)}"
    schema = kinds[kind]["schema"] | {"components": _document()["components"]}
    errors = jsonschema.Draft202012Validator(schema).iter_errors(json.read(content)) if kind.endswith("json") else []
    return "; ".join(f"{error.json_path}: {error.message[:200]}" for error in errors)
