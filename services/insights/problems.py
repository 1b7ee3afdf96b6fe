"""How this service says no: problem documents (RFC 9457), as the core's."""

from http import HTTPStatus

from flask import Flask, Response, json
from psycopg import DataError, InterfaceError, OperationalError
from psycopg.errors import ReadOnlySqlTransaction
from psycopg_pool import PoolTimeout
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from services.contract.events import reason_of
from services.contract.tokens import KeysAway, NotSignedIn


class Refusal(Exception):
    """A request that is not fulfilled, and why."""

    def __init__(self, status: HTTPStatus, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail


def nothing_here() -> Refusal:
    """What is not for this person is not there."""
    return Refusal(HTTPStatus.NOT_FOUND, "not_found", "There is nothing here that you may see.")


def answer(status: int, code: str, detail: str, headers: dict[str, str] | None = None) -> Response:
    """A problem document."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "code": code}
    return Response(json.dumps(body), status, headers, content_type="application/problem+json")


def handle(app: Flask) -> None:
    """Turn what is raised into answers."""

    @app.errorhandler(Refusal)
    def refuse(error: Refusal) -> Response:
        return answer(error.status, error.code, error.detail)

    @app.errorhandler(NotSignedIn)
    def ask_to_sign_in(error: NotSignedIn) -> Response:
        return answer(HTTPStatus.UNAUTHORIZED, "not_signed_in", str(error), {"WWW-Authenticate": "Bearer"})

    @app.errorhandler(ValidationError)
    def explain(error: ValidationError) -> Response:
        return answer(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", reason_of(error))

    @app.errorhandler(HTTPException)
    def translate(error: HTTPException) -> Response:
        headers = {name: value for name, value in error.get_headers() if name == "Allow"}
        return answer(error.code or 500, "http", error.description or "", headers)

    @app.errorhandler(DataError)
    def refuse_what_no_column_takes(_error: DataError) -> Response:
        return answer(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", "Some of this cannot be kept.")

    # The last one: a database that has failed over, or has been closed to writing because its disk is full.
    for kind in (KeysAway, OperationalError, InterfaceError, PoolTimeout, ReadOnlySqlTransaction):
        app.register_error_handler(kind, _away)


def _away(_error: Exception) -> Response:
    detail = "Something that this service needs does not answer. Try again soon."
    return answer(HTTPStatus.SERVICE_UNAVAILABLE, "away", detail, {"Retry-After": "2"})
