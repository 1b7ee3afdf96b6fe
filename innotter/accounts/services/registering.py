"""Opening an account, and proving an e-mail address with a one-time code."""

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.events import CodeRequested, EmailChanged, EmailVerified, UserRegistered
from innotter.accounts.models import ANYBODY, OTP, Asker, User
from innotter.accounts.registry import on_admission
from innotter.accounts.services.signing_in import end_sessions
from innotter.accounts.services.usernames import free_username, require_free, taken
from innotter.errors import Forbidden, Invalid
from innotter.events.services import record
from innotter.rate_limits import count_use
from innotter.site.current import current_site


class RegistrationClosed(Forbidden):
    """The admins of this site let nobody register."""

    code = "registration_closed"
    message = _("Nobody can register here at the moment.")


class WrongCode(Invalid):
    """The code is wrong, used, expired, replaced by a newer one, or guessed at too often: which, is not said."""

    code = "wrong_code"
    message = _("This code is wrong or no longer valid. Ask for a new one.")


def register_user(
    *,
    email: str,
    password: str,
    username: str = "",
    is_private: bool = False,
    language: str = "",
    time_zone: str = "",
    asker: Asker = ANYBODY,
) -> User:
    """Open an account and ask for a code to its address. Without a username, one is made from the address.

    Once the address is proved, there is a page of that name, which begins private if `is_private`.

    An account with this address that was never verified gives way: name and password are those of who came last, the
    password only if it is they who enter the code: see `verify_email`.
    """
    if not current_site().is_open:
        raise RegistrationClosed
    count_use("register", email)
    chosen = {
        "language": language or settings.LANGUAGE_CODE,
        "time_zone": time_zone or settings.TIME_ZONE,
        "has_own_time_zone": bool(time_zone),
        "starts_private": is_private,
    }
    return _register(email=email, password=password, username=username, asker=asker, chosen=chosen)


def _register(*, email: str, password: str, username: str, asker: Asker, chosen: dict[str, Any]) -> User:
    user = User(email=email, **chosen)
    user.username = username or free_username(user=user, like=email)
    check_password_is_good(password, user)
    user.set_password(password)
    user.clean_fields()
    require_free(username=user.username, user=user)
    try:
        return _open_account(user, password, asker)
    except IntegrityError as error:
        if "email_unique" in str(error):
            message = _("This address already has an account. Sign in, or reset the password.")
            raise Invalid(email=message) from None
        if username:
            raise taken(username=username, user=user) from None
        # Somebody else was given the same free name a moment ago.
        return _register(email=email, password=password, username="", asker=asker, chosen=chosen)


@transaction.atomic
def _open_account(user: User, password: str, asker: Asker) -> User:
    forgotten = User.objects.unproven().named(user.email).select_for_update().first()
    is_contested = forgotten is not None and not forgotten.check_password(password)
    if forgotten:
        user.pk, user.date_joined = forgotten.pk, timezone.now()
        end_sessions(sessions=list(forgotten.sessions.alive()))
        forgotten.otps.update(is_used=True)
        given = ["email", "username", "password", "language", "time_zone", "has_own_time_zone", "starts_private"]
        user.save(update_fields=[*given, "date_joined"])
    else:
        user.save(force_insert=True)
        record(UserRegistered(user_id=user.pk))
    place = (asker.name or "nowhere") if is_contested else ""
    request_code(user=user, purpose=OTP.Purpose.VERIFY_EMAIL, email=user.email, contested_from=place)
    return user


@transaction.atomic
def request_code(*, user: User | None, purpose: str, email: str, contested_from: str = "") -> OTP:
    """Have a code mailed, or, to nobody, do the same work. Only the newest for an address and purpose is good."""
    otp = OTP.objects.create(user=user, purpose=purpose, email=email, contested_from=contested_from)
    record(CodeRequested(user_id=user.pk if user else 0, otp_id=otp.pk))
    return otp


def resend_code(*, email: str) -> None:
    """Mail a new code to an address that waits for one. Nobody learns from it whether the address is known.

    One that was asked for a moment ago stays the good one.
    """
    count_use("resend", email)
    user, contested_from = _who_waits(email)
    request_code(user=user, purpose=OTP.Purpose.VERIFY_EMAIL, email=email, contested_from=contested_from)


def _who_waits(email: str) -> tuple[User | None, str]:
    """Whose an address is to become, unless a code was just asked for; where it was registered, if it is contested."""
    newest = OTP.objects.of(email, OTP.Purpose.VERIFY_EMAIL).select_related("user").first()
    if newest and not newest.is_used:
        return (None, "") if newest.is_on_its_way else (newest.user, newest.contested_from)
    # Of an account that an admin has made, or set its address right, no code has gone there yet.
    person = User.objects.filter(email__iexact=email).first()
    unproven = person if person and not person.is_email_verified and person.is_active else None
    before = OTP.objects.filter(user=unproven or 0, purpose=OTP.Purpose.VERIFY_EMAIL).order_by("-pk").first()
    return unproven, before.contested_from if before else ""


def write_code(*, otp: OTP) -> str:
    """Make the code of a request; whoever calls it puts the code into the e-mail, and nowhere else."""
    code = f"{secrets.randbelow(1_000_000):06}"
    otp.write(code)
    otp.save(update_fields=["code_hash", "expires_at"])
    return code


def verify_email(*, email: str, code: str, asker: Asker = ANYBODY) -> User:
    """Prove an address. It becomes the person's own, if it was one they wanted to change to.

    Where several have registered it, the last password may be a stranger's. It is good if the code is entered where
    that registration came from; else nobody's is, and whoever has the mailbox is mailed a code for a new one.
    """
    otp = check_code(email=email, purpose=OTP.Purpose.VERIFY_EMAIL, code=code, asker=asker)
    use_code(otp=otp)
    try:
        return _take_address(otp, asker)
    except IntegrityError:
        raise Invalid(email=_("Meanwhile this address belongs to another account.")) from None


@transaction.atomic
def _take_address(otp: OTP, asker: Asker) -> User:
    user: User = rows.hold(User.objects.all(), otp.user_id)
    if user.email_verified_at is None:
        record(EmailVerified(user_id=user.pk))
        if otp.contested_from and otp.contested_from != asker.name:
            user.set_unusable_password()
            end_sessions(sessions=list(user.sessions.alive()))
            request_code(user=user, purpose=OTP.Purpose.RESET_PASSWORD, email=otp.email)
    if user.email.lower() != otp.email.lower():
        OTP.objects.filter(pk=otp.pk).update(replaced_email=user.email)
        record(EmailChanged(user_id=user.pk, otp_id=otp.pk))
        User.objects.unproven().named(otp.email).exclude(pk=user.pk).give_way()
    user.otps.wishing_for_another_than(otp.email).update(is_used=True)
    is_first = user.email_verified_at is None
    user.email, user.email_verified_at = otp.email, timezone.now()
    user.save(update_fields=["email", "email_verified_at", "password"])
    if is_first:
        on_admission.ask(user=user)
    return user


@transaction.atomic
def _guess(*, email: str, purpose: str, code: str, asker: Asker) -> OTP | None:
    newest = OTP.objects.of(email, purpose).select_for_update(of=("self",)).first()
    if newest is None or not OTP.objects.usable().filter(pk=newest.pk).exists() or not newest.count_guess(asker):
        return None
    return newest if newest.is_answered_by(code) else None


def check_code(*, email: str, purpose: str, code: str, asker: Asker) -> OTP:
    """The newest code for an address, if this is it. The guess is counted, and stays counted when it is wrong."""
    otp = _guess(email=email, purpose=purpose, code=code, asker=asker)
    if otp is None:
        raise WrongCode
    return otp


def use_code(*, otp: OTP) -> None:
    """A code is good once."""
    if not OTP.objects.filter(pk=otp.pk, is_used=False).update(is_used=True):
        raise WrongCode


def check_password_is_good(password: str, user: User) -> None:
    """Refuse a password that is short, common, or much like the person's own name."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(password=error.messages) from None
