"""`Idempotency-Key`: a POST that is sent again, after a lost answer, does its work once."""

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

import orjson
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from innotter.api.models import IdempotencyKey
from innotter.errors import Invalid, ProductError
from innotter.text import json

#: What any client, proxy and log writes in the same way, and the column takes: printable ASCII.
_KEY = re.compile(r"[ -~]{1,255}")

View = Callable[..., Response]


class KeyReused(ProductError):
    """The same key came with a different request."""

    status, code = 422, "idempotency_key_reused"
    message = _("This Idempotency-Key was used for a different request. Choose a new one.")


def idempotent(view: View) -> View:
    """Answer a repeated request as the first time, for a day. Without the header, nothing changes.

    The view runs in the transaction that notes the key. What is slow (storing files) belongs into the viewset's method
    `prepare`, which is called before it, unless the answer is there already.
    """

    @wraps(view)
    def answer_once(viewset: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        def act() -> tuple[int, Any]:
            response = view(viewset, request, *args, **kwargs)
            return response.status_code, response.data

        answer = once(request, request.data, act, prepare=lambda: viewset.prepare(request))
        headers = {"Idempotency-Replayed": "true"} if answer.is_replayed else None
        return Response(answer.body, status=answer.status, headers=headers)

    return answer_once


class Answer(NamedTuple):
    """What a request is answered with, for the first time or again."""

    status: int
    body: Any
    is_replayed: bool


def once(
    request: Request | HttpRequest,
    data: object,
    act: Callable[[], tuple[int, Any]],
    prepare: Callable[[], None] = lambda: None,
) -> Answer:
    """Do what a request asks for and note status and body, or give those that were noted when it came before."""
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        prepare()
        return Answer(*act(), is_replayed=False)
    if not _KEY.fullmatch(key):
        raise Invalid(_("An Idempotency-Key has at most 255 characters, all of them printable ASCII."))
    scope = f"{request.user.pk} {request.method} {request.path}"
    fingerprint = hashlib.sha256(json.write(data, option=orjson.OPT_SORT_KEYS, default=_told)).hexdigest()
    if row := IdempotencyKey.objects.filter(scope=scope, key=key).first():
        return _noted(row, fingerprint)
    prepare()
    return _first_answer(scope, key, fingerprint, act)


def _told(value: object) -> str:
    """What tells a part of a request from another: of a file its content, not what it is called alone."""
    if not isinstance(value, UploadedFile):
        return str(value)
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return f"{value.name} {digest.hexdigest()}"


def _noted(row: IdempotencyKey, fingerprint: str) -> Answer:
    if row.fingerprint != fingerprint:
        raise KeyReused
    return Answer(row.status, row.body, is_replayed=True)


@transaction.atomic
def _first_answer(scope: str, key: str, fingerprint: str, act: Callable[[], tuple[int, Any]]) -> Answer:
    # The key is written in the transaction of the work: a second request waits here for the first to commit.
    row, is_new = IdempotencyKey.objects.get_or_create(scope=scope, key=key, defaults={"fingerprint": fingerprint})
    if not is_new:
        return _noted(row, fingerprint)
    row.status, body = act()
    row.body = orjson.loads(json.write(body, default=str, option=orjson.OPT_UTC_Z))
    row.save()
    return Answer(row.status, body, is_replayed=False)
