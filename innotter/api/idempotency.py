"""`Idempotency-Key`: a POST that is sent again, after a lost answer, does its work once."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

import orjson
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from innotter.api.models import IdempotencyKey
from innotter.errors import Invalid, ProductError

LONGEST_KEY = 255

View = Callable[..., Response]


class KeyReused(ProductError):
    """The same key came with a different request."""

    status, code = 422, "idempotency_key_reused"
    message = _("This Idempotency-Key was used for a different request. Choose a new one.")


def idempotent(view: View) -> View:
    """Answer a repeated request as the first time, for a day. Without the header, nothing changes."""

    @wraps(view)
    def answer_once(viewset: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return view(viewset, request, *args, **kwargs)
        if len(key) > LONGEST_KEY:
            raise Invalid(_("An Idempotency-Key has at most 255 characters."))
        scope = f"{request.user.pk} {request.method} {request.path}"
        fingerprint = hashlib.sha256(orjson.dumps(request.data, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()
        return _first_answer(scope, key, fingerprint, lambda: view(viewset, request, *args, **kwargs))

    return answer_once


@transaction.atomic
def _first_answer(scope: str, key: str, fingerprint: str, act: Callable[[], Response]) -> Response:
    # The key is written in the transaction of the work: a second request waits here for the first to commit.
    row, is_new = IdempotencyKey.objects.get_or_create(scope=scope, key=key, defaults={"fingerprint": fingerprint})
    if row.fingerprint != fingerprint:
        raise KeyReused
    if not is_new:
        return Response(row.body, status=row.status, headers={"Idempotency-Replayed": "true"})
    response = act()
    row.status, row.body = response.status_code, orjson.loads(orjson.dumps(response.data, default=str))
    row.save()
    return response
