"""Refusals as RFC 9457 problem documents: one shape for every error that a program can receive."""

from http import HTTPStatus
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from innotter.errors import Invalid, ProductError
from innotter.outages import outage

CONTENT_TYPE = "application/problem+json"


def problem(*, status: int, code: str, detail: object, errors: dict[str, Any] | None = None) -> dict[str, Any]:
    """The document: `errors` lists what is wrong, field by field."""
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": force_str(detail),
        "code": code,
    }
    return document | ({"errors": errors} if errors else {})


def problem_response(*, status: int, code: str, detail: object, retry_after: int | None = None) -> HttpResponse:
    """The document as an answer of its own, for what happens outside of a view."""
    body = orjson.dumps(problem(status=status, code=code, detail=detail))
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    return HttpResponse(body, status=status, content_type=CONTENT_TYPE, headers=headers)


def exception_handler(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Django REST framework's hook. None means: not a refusal, a fault of ours."""
    headers: dict[str, str] = {}
    exception = outage(exception) or exception
    match exception:
        case ProductError():
            if exception.retry_after:
                headers["Retry-After"] = str(exception.retry_after)
            document = _of_product_error(exception)
        case ValidationError():
            document = _of_product_error(Invalid(**_fields(exception)))
        case Http404():
            document = problem(status=404, code="not_found", detail=_("There is nothing here."))
        case PermissionDenied():
            document = problem(status=403, code="forbidden", detail=_("You are not allowed to do this."))
        case exceptions.APIException():
            document = _of_framework(exception)
            headers = _headers_of_framework(exception)
        case _:
            return None
    _rename_fields(document, getattr(context.get("view"), "field_names", {}))
    if document["status"] == HTTPStatus.UNAUTHORIZED:
        headers.setdefault("WWW-Authenticate", "Bearer")
    return Response(document, status=document["status"], headers=headers, content_type=CONTENT_TYPE)


def _rename_fields(document: dict[str, Any], names: dict[str, str]) -> None:
    """A view may know a field by another name than the rules do."""
    if errors := document.get("errors"):
        document["errors"] = {names.get(field, field): messages for field, messages in errors.items()}


def _of_product_error(refusal: ProductError) -> dict[str, Any]:
    document = problem(status=refusal.status, code=refusal.code, detail=refusal.detail, errors=refusal.errors)
    return document | dict(refusal.more)


def _fields(error: ValidationError) -> dict[str, str]:
    by_field = error.message_dict if hasattr(error, "error_dict") else {"non_field_errors": error.messages}
    return {field: " ".join(messages) for field, messages in by_field.items()}


def _of_framework(error: exceptions.APIException) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        fields = error.detail if isinstance(error.detail, dict) else {"non_field_errors": error.detail}
        return problem(status=400, code=Invalid.code, detail=Invalid.message, errors=dict(fields))
    if isinstance(error, exceptions.NotAuthenticated):
        return problem(status=401, code="not_signed_in", detail=_("Sign in to do this."))
    codes = error.get_codes()
    return problem(
        status=error.status_code, code=codes if isinstance(codes, str) else error.default_code, detail=error.detail
    )


def _headers_of_framework(error: exceptions.APIException) -> dict[str, str]:
    challenge = getattr(error, "auth_header", None)
    return {"WWW-Authenticate": challenge} if challenge else {}
