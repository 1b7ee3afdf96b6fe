"""Signing in and out: sessions of browsers, and families of rotating tokens."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.sessions.models import Session as BrowserSession
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import Session, User
from innotter.accounts.tokens import TokenPair, issue, read_refresh_token
from innotter.errors import ProductError


class WrongCredentials(ProductError):
    """No such account, or not its password: which, is not said."""

    status, code = 401, "wrong_credentials"
    message = _("The e-mail address or username and the password do not match.")


class EmailNotVerified(ProductError):
    """The password is right, the address is not proved yet."""

    status, code = 403, "email_not_verified"
    message = _("Verify your e-mail address first: enter the code that was sent to it, or ask for a new one.")


class AccountBlocked(ProductError):
    """An admin has shut this person out."""

    status, code = 403, "account_blocked"
    message = _("This account is blocked.")


class InvalidToken(ProductError):
    """A token that is forged, expired, used before, or of a session that has ended."""

    status, code = 401, "invalid_token"
    message = _("This token is not valid or no longer valid. Sign in again.")


@dataclass(frozen=True)
class Device:
    """What is known of where a request comes from."""

    name: str
    ip: str | None


def check_credentials(*, identifier: str, password: str) -> User:
    """The person with this e-mail address or username, if the password is theirs and they may sign in."""
    user = authenticate(username=identifier, password=password)
    if not isinstance(user, User):
        raise WrongCredentials
    return check_may_sign_in(user)


def check_may_sign_in(user: User) -> User:
    """Only people whose address is verified, and who are not blocked."""
    if user.is_blocked:
        raise AccountBlocked
    if not user.is_email_verified:
        raise EmailNotVerified
    return user


@transaction.atomic
def start_token_session(*, user: User, device: Device) -> TokenPair:
    """Sign a program in: an access token, and a refresh token that starts a family.

    Not by a password that has been changed since it was checked: by that, all sessions have ended.
    """
    # Of a browser, its session holds a digest of the password, and is good for nothing with another.
    if not User.objects.filter(pk=user.pk, password=user.password).update(last_login=timezone.now()):
        raise WrongCredentials
    serial = secrets.token_urlsafe(16)
    session = Session.objects.create(user=user, token_hash=_hash(serial), **_of_device(device))
    return issue(user=user, session_id=session.pk, serial=serial)


@transaction.atomic
def start_browser_session(*, user: User, device: Device, browser_key: str) -> Session:
    """Remember that a browser is signed in, so that its owner can see and end it."""
    return Session.objects.create(user=user, browser_key=browser_key, **_of_device(device))


def note_browser_use(*, browser_key: str, device: Device) -> bool:
    """Remember when and from where a browser was last used; says whether its session goes on."""
    changes = {"last_used_at": timezone.now()} | _of_device(device)
    return bool(Session.objects.alive().filter(browser_key=browser_key).update(**changes))


def refresh_tokens(*, token: str, device: Device) -> TokenPair:
    """Trade a refresh token for a new pair. One that was traded before has been stolen: its family ends."""
    claims = read_refresh_token(token)
    if claims is None:
        raise InvalidToken
    serial = secrets.token_urlsafe(16)
    session = Session.objects.alive().select_related("user").filter(pk=claims.session_id).first()
    if session is None:
        raise InvalidToken
    check_may_sign_in(session.user)
    changes = {"token_hash": _hash(serial), "last_used_at": timezone.now()} | _of_device(device)
    newest = Session.objects.alive().filter(pk=session.pk, token_hash=_hash(claims.serial))
    if not newest.update(**changes):
        end_session(user=session.user, session=session, current=None)
        raise InvalidToken
    return issue(user=session.user, session_id=session.pk, serial=serial)


def end_token_session(*, token: str) -> None:
    """Sign the program out that holds this refresh token. One that is no longer good changes nothing."""
    if claims := read_refresh_token(token):
        end_sessions(sessions=list(Session.objects.filter(pk=claims.session_id)))


@transaction.atomic
def end_sessions(*, sessions: list[Session]) -> None:
    """End sessions at once: their tokens and their browsers are signed out at the next request."""
    Session.objects.filter(pk__in=[session.pk for session in sessions], revoked_at=None).update(
        revoked_at=timezone.now()
    )
    browsers = [session.browser_key for session in sessions if session.is_browser]
    BrowserSession.objects.filter(session_key__in=browsers).delete()


@transaction.atomic
def forget_wishes(*, user: User) -> None:
    """Whoever had a stolen session may have asked for another address: by its code the account would be theirs."""
    user.otps.wishing_for_another_than(user.email).update(is_used=True)


@transaction.atomic
def end_session(*, user: User, session: Session, current: Session | None) -> None:
    """End one of a person's sessions; if it is not the one they are using, with what it may have begun."""
    if session != current:
        forget_wishes(user=user)
    end_sessions(sessions=[session])


@transaction.atomic
def end_other_sessions(*, user: User, current: Session | None = None) -> None:
    """End all of a person's sessions but the one they are using, and what these may have begun."""
    forget_wishes(user=user)
    others = user.sessions.alive()
    if current:
        others = others.exclude(pk=current.pk)
    end_sessions(sessions=list(others))


def _hash(serial: str) -> str:
    return hashlib.sha256(serial.encode()).hexdigest()


def _of_device(device: Device) -> dict[str, object]:
    expires = timezone.now() + timedelta(seconds=settings.REFRESH_TOKEN_SECONDS)
    return {"device": device.name, "ip": device.ip, "expires_at": expires}
