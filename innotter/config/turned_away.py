"""Who is turned away before the application is asked, because they are too many or too slow, and in which words."""

from contextlib import suppress
from functools import cache
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header

from bufferedwsgi import Answer
from bufferedwsgi.application import peer_of, refusal_headers
from bufferedwsgi.protocol import Scope
from innotter.api.problems import CONTENT_TYPE, problem_response
from innotter.errors import NoRoom
from innotter.web.proxies import client_of
from innotter.web.styles import styles_address

_REASONS: dict[int, tuple[str, Any, Any]] = {
    HTTPStatus.BAD_REQUEST: (
        "bad_request",
        _("This request could not be understood."),
        _("Go back and try again."),
    ),
    HTTPStatus.REQUEST_TIMEOUT: (
        "too_slow",
        _("This did not arrive in time."),
        _("Look whether you are well connected, go back, and send it again."),
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        "busy",
        _("This site is overloaded at the moment."),
        _("Try again in a few seconds."),
    ),
    NoRoom.status: (NoRoom.code, NoRoom.message, _("Go back and try again.")),
}


def refuse(scope: Scope, status: int) -> Answer:
    """The answer with a status of 400, 408, 503 or 507: a problem document, a page, or a note for htmx."""
    headers = dict(scope["headers"])
    language = _language(headers.get(b"accept-language", b"").decode("latin-1"))
    shape = "api" if scope["path"].startswith("/api/") else "note" if b"hx-request" in headers else "page"
    content_type = CONTENT_TYPE if shape == "api" else "text/html; charset=utf-8"
    return Answer(status, refusal_headers(status, content_type), _words(status, language, shape))


def _language(accepted: str) -> str:
    for code, _quality in parse_accept_lang_header(accepted):
        with suppress(LookupError):
            return translation.get_supported_language_variant(code)
    return settings.LANGUAGE_CODE


@cache
def _words(status: int, language: str, shape: str) -> bytes:
    with translation.override(language):
        code, title, advice = _REASONS[status]
        if shape == "api":
            return problem_response(status=status, code=code, detail=f"{title} {advice}").content
        if shape == "note":
            return render_to_string("web/_note.html", {"text": f"{title} {advice}"}).encode()
        words = {"status": status, "title": title, "advice": advice, "stylesheet": styles_address()}
        return render_to_string("web/turned_away.html", words).encode()


def client(scope: Scope) -> str:
    """Who asks, as far as the connection and our own proxies tell."""
    headers = dict(scope["headers"])
    return client_of(peer_of(scope), headers.get(b"x-forwarded-for", b"").decode("latin-1"))
