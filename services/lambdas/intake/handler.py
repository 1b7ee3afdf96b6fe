"""csv_upload: an event of API Gateway (REST or HTTP) → a file on S3, or a sentence that says what is wrong."""

import base64
import binascii
import json
import logging
from contextlib import suppress
from email import message_from_bytes, policy
from functools import cache
from http import HTTPStatus
from os import environ
from typing import Any

from services.contract.tokens import KeysAway, NotSignedIn, TokenCheck
from services.lambdas.intake.csv import Refusal, take_in, too_large
from services.lambdas.storage import AWAY, Bucket

logger = logging.getLogger(__name__)

Event = dict[str, Any]

#: What Lambda hands to a function in one request, in bytes: all of the event, as JSON. More is refused before us.
LAMBDA_TAKES = 6 * 1024 * 1024
#: What headers and whatever else there is about a request take of that, at the most.
ABOUT_IT = 100_000
#: A file is encoded in it (base64), which makes four bytes of three.
MOST_ENCODED = LAMBDA_TAKES - ABOUT_IT
MOST_SENT = 4_500_000


def handler(event: Event, _context: Any) -> Event:
    """Take the file of a request in: its body, or the field `file` of a form."""
    try:
        _require_signed_in(event)
        name, media_type, body = _file(event)
        taken = take_in(
            _bucket(environ["CSV_BUCKET"]), name=name, media_type=media_type, body=body, most_bytes=MOST_SENT
        )
    except Refusal as refusal:
        return _problem(refusal.status, refusal.code, str(refusal))
    except NotSignedIn as refusal:
        return _problem(HTTPStatus.UNAUTHORIZED, "not_signed_in", str(refusal), {"WWW-Authenticate": "Bearer"})
    except KeysAway:
        detail = "Tokens cannot be checked at the moment. Try again soon."
        return _problem(HTTPStatus.SERVICE_UNAVAILABLE, "away", detail, {"Retry-After": "5"})
    except AWAY as error:
        logger.warning("The file could not be kept: %s", error)
        detail = "The file cannot be kept at the moment. Try again soon."
        return _problem(HTTPStatus.SERVICE_UNAVAILABLE, "away", detail, {"Retry-After": "5"})
    return _answer(HTTPStatus.CREATED, vars(taken), {"Content-Type": "application/json"})


def _require_signed_in(event: Event) -> None:
    """Without the address of the keys nobody can be known, and nothing is taken in."""
    address = environ.get("JWKS_URL", "").strip()
    if not address:
        logger.error("JWKS_URL is not set: no upload is taken in.")
        raise KeysAway
    _tokens(address).caller(_headers(event).get("authorization"))


@cache
def _tokens(jwks_url: str) -> TokenCheck:
    return TokenCheck(jwks_url)


@cache
def _bucket(name: str) -> Bucket:
    return Bucket(name)


def _headers(event: Event) -> dict[str, str]:
    return {str(name).lower(): str(value) for name, value in (event.get("headers") or {}).items()}


def _file(event: Event) -> tuple[str, str, bytes]:
    """The name, the media type and the content of what was sent."""
    headers, body = _headers(event), _body(event)
    sent_as = headers.get("content-type", "")
    media_type = sent_as.partition(";")[0].strip().lower()
    if media_type == "multipart/form-data":
        return _part(sent_as, body)
    name = (event.get("queryStringParameters") or {}).get("filename") or headers.get("x-filename") or ""
    if not name:
        raise Refusal(HTTPStatus.BAD_REQUEST, "no_name", "Say what the file is called: ?filename=table.csv")
    return name, media_type, body


def _body(event: Event) -> bytes:
    body = event.get("body") or ""
    # Before it is decoded: what is too large need not be looked at.
    if len(body) > MOST_ENCODED:
        raise too_large(MOST_SENT)
    if not event.get("isBase64Encoded"):
        return str(body).encode()
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise Refusal(HTTPStatus.BAD_REQUEST, "unreadable", "The body of the request cannot be decoded.") from None


def _part(content_type: str, body: bytes) -> tuple[str, str, bytes]:
    found = None
    with suppress(Exception):  # Python's parser stumbles in many ways over what headers may hold.
        found = _file_of_form(content_type, body)
    if found is None:
        raise Refusal(HTTPStatus.BAD_REQUEST, "no_file", "Send the file in the field `file`.")
    return found


def _file_of_form(content_type: str, body: bytes) -> tuple[str, str, bytes] | None:
    form = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body, policy=policy.HTTP)
    for part in form.iter_parts() if form.is_multipart() else ():
        name = part.get_filename()
        if part.get_param("name", header="content-disposition") == "file" and name:
            content = part.get_payload(decode=True)
            return name, part.get_content_type(), content if isinstance(content, bytes) else b""
    return None


def _problem(status: HTTPStatus, code: str, detail: str, headers: dict[str, str] | None = None) -> Event:
    document = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail, "code": code}
    return _answer(status, document, {"Content-Type": "application/problem+json"} | (headers or {}))


def _answer(status: HTTPStatus, body: dict[str, Any], headers: dict[str, str]) -> Event:
    return {
        "statusCode": status.value,
        "headers": headers,
        "body": json.dumps(body, ensure_ascii=False),
        "isBase64Encoded": False,
    }
