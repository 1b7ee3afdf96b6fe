"""Who is asking: a browser by its session, a program by its token. Both are looked up anew at every request."""

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from innotter.accounts.models import Session, User, zone_named
from innotter.accounts.services import (
    PREFERENCES,
    Device,
    InvalidToken,
    check_may_sign_in,
    end_sessions,
    note_browser_use,
    start_browser_session,
)
from innotter.accounts.tokens import read_access_token
from innotter.errors import NotSignedIn, ProductError

GetResponse = Callable[[HttpRequest], HttpResponse]
AnyRequest = HttpRequest | Request

BACKEND = "innotter.accounts.authentication.EmailOrUsernameBackend"


class EmailOrUsernameBackend(ModelBackend):
    """Passwords are checked here; a blocked person's browser session is good for nothing (`get_user`)."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """The person with this e-mail address or username and password, blocked or not: the service says which."""
        user = User.objects.named(username or "").first()
        if user is None:
            User().set_password(password)  # Takes as long as a check: the time does not tell who has an account.
            return None
        return user if user.check_password(password or "") else None

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.filter(pk=user_id).first()
        return user if user and user.is_active else None


def _bearer(request: HttpRequest) -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _session_of_token(token: str) -> Session:
    claims = read_access_token(token)
    session = claims and Session.with_person(claims.session_id)
    if not claims or not session or session.user_id != claims.user_id:
        raise InvalidToken
    check_may_sign_in(session.user)
    return session


def person_of_token(request: HttpRequest) -> User | None:
    """Who asks, by a token that is good; None where there is none."""
    token = _bearer(request)
    if token is None:
        return None
    try:
        return _session_of_token(token).user
    except ProductError:
        return None


class JWTMiddleware:
    """Reads `Authorization: Bearer` and sets `request.user`, when somebody asks for it.

    A bad token makes the request anonymous here; the API's doors refuse it (`JWTAuthentication`).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (token := _bearer(request)) is not None:
            request.user = cast("User", SimpleLazyObject(lambda: _user_of_token(request, token)))
        return self.get_response(request)


class _WithToken(HttpRequest):
    """A request as the middleware leaves it: with one of the two, once somebody has asked for its user."""

    token_session: Session
    token_refusal: ProductError


def _user_of_token(request: HttpRequest, token: str) -> User | AnonymousUser:
    request = cast("_WithToken", request)
    try:
        request.token_session = _session_of_token(token)
    except ProductError as refusal:
        request.token_refusal = refusal
        return AnonymousUser()
    return request.token_session.user


class JWTAuthentication(BaseAuthentication):
    """Django REST framework's view of what the middleware has found; refuses a bad token, and says why."""

    def authenticate(self, request: Request) -> tuple[User, Session] | None:
        http_request = cast("_WithToken", request._request)
        if _bearer(http_request) is None:
            return None
        user = http_request.user
        if not user.is_authenticated:
            raise http_request.token_refusal
        return user, http_request.token_session

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class JWTScheme(OpenApiAuthenticationExtension):
    target_class = "innotter.accounts.authentication.JWTAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class PreferencesMiddleware:
    """Speaks the person's language and tells their time; a visitor's by cookie or what their browser prefers.

    The language of a signed-in person travels in their session, so that no page asks the database for it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        kept = request.session.get(PREFERENCES) if request.COOKIES.get(settings.SESSION_COOKIE_NAME) else None
        language, zone = kept or (translation.get_language_from_request(request), settings.TIME_ZONE)
        if request.path.startswith("/api/"):
            zone = "UTC"  # Programs are told one time, whoever asks.
        with translation.override(language), timezone.override(zone_named(zone)):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class LastUseMiddleware:
    """Notes, every ten minutes at the most, that a browser's session is in use, and keeps it alive.

    One that has run out meanwhile is over in this browser, too: its owner sees it nowhere any more, to end it.
    """

    PAUSE = 600

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.COOKIES.get(settings.SESSION_COOKIE_NAME) and "seen" in request.session:
            now = int(timezone.now().timestamp())
            # Often enough that none runs out in which somebody works.
            if now - request.session["seen"] > min(self.PAUSE, settings.REFRESH_TOKEN_SECONDS // 2):
                if note_browser_use(browser_key=request.session.session_key or "", device=device_of(request)):
                    request.session["seen"] = now
                else:
                    request.session.flush()
        return self.get_response(request)


def keep_preferences(request: HttpRequest, user: User) -> None:
    """Let the browser's session know a person's language and time zone."""
    request.session[PREFERENCES] = (user.language, user.time_zone)


def signed_in(request: AnyRequest) -> User:
    """The person who asks; refuses everybody else."""
    if not isinstance(user := request.user, User):
        user = getattr(user, "_wrapped", user)
    if not request.user.is_authenticated or not isinstance(user, User):
        raise NotSignedIn
    return user


def device_of(request: AnyRequest) -> Device:
    """What the request says of where it comes from."""
    return Device(name=request.headers.get("User-Agent", ""), ip=request.META["REMOTE_ADDR"])


def current_session(request: AnyRequest) -> Session | None:
    """The session that this request is part of."""
    http_request = request._request if isinstance(request, Request) else request
    session: Session | None = getattr(http_request, "token_session", None)
    if session:
        return session
    key = http_request.session.session_key
    return Session.objects.alive().filter(browser_key=key).first() if key else None


def sign_browser_in(request: HttpRequest, user: User) -> None:
    """Start a browser session, under a new key."""
    login(request, user, backend=BACKEND)
    keep_preferences(request, user)
    request.session["seen"] = int(timezone.now().timestamp())
    request.session.save()
    start_browser_session(user=user, device=device_of(request), browser_key=request.session.session_key or "")


def keep_browser_signed_in(request: HttpRequest, user: User) -> None:
    """After a new password, which ends every session, let this one go on under a new key."""
    session = current_session(request)
    update_session_auth_hash(request, user)
    request.session.save()
    if session:
        Session.objects.filter(pk=session.pk).update(browser_key=request.session.session_key)


def sign_browser_out(request: HttpRequest) -> None:
    """End the browser's session. Without one, nothing changes."""
    if session := current_session(request):
        end_sessions(sessions=[session])
    logout(request)
