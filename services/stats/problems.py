"""How this service says no: problem documents (RFC 9457), as the core's."""

from collections.abc import Iterable
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from services.contract.tokens import KeysAway, NotSignedIn
from services.stats.schemas import Problem


class Refusal(Exception):
    """A request that is not fulfilled, and why."""

    def __init__(self, status: HTTPStatus, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail


def answer(status: int, code: str, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """A problem document."""
    problem = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, code=code)
    return JSONResponse(problem.model_dump(), status, headers, media_type="application/problem+json")


def handle(app: FastAPI, away: Iterable[type[Exception]]) -> None:
    """Turn what is raised into answers, also by a store that is away."""

    @app.exception_handler(Refusal)
    def refuse(_request: Request, error: Refusal) -> JSONResponse:
        return answer(error.status, error.code, error.detail)

    @app.exception_handler(NotSignedIn)
    def ask_to_sign_in(_request: Request, error: NotSignedIn) -> JSONResponse:
        return answer(HTTPStatus.UNAUTHORIZED, "not_signed_in", str(error), {"WWW-Authenticate": "Bearer"})

    @app.exception_handler(RequestValidationError)
    def explain(_request: Request, error: RequestValidationError) -> JSONResponse:
        words = "; ".join(f"{problem['loc'][-1]}: {problem['msg']}" for problem in error.errors())
        return answer(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", words)

    @app.exception_handler(HTTPException)
    def translate(_request: Request, error: HTTPException) -> JSONResponse:
        return answer(error.status_code, "http", str(error.detail), dict(error.headers or {}))

    kinds: tuple[type[Exception], ...] = (KeysAway, TimeoutError, *away)
    for kind in kinds:
        app.exception_handler(kind)(_away)


def _away(_request: Request, _error: Exception) -> JSONResponse:
    detail = "Something that this service needs does not answer. Try again soon."
    return answer(HTTPStatus.SERVICE_UNAVAILABLE, "away", detail, {"Retry-After": "2"})
