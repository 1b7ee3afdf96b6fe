"""Opening an account, and proving an e-mail address with a one-time code."""

import re
import secrets

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.events import CodeRequested, EmailChanged, EmailVerified, UserRegistered
from innotter.accounts.models import OTP, User
from innotter.accounts.models.user import LONGEST_USERNAME, RESERVED_USERNAMES
from innotter.errors import Invalid
from innotter.events.services import record


class WrongCode(Invalid):
    """The code is wrong, used, expired, replaced by a newer one, or guessed at too often: which, is not said."""

    code = "wrong_code"
    message = _("This code is wrong or no longer valid. Ask for a new one.")


def register_user(*, email: str, password: str, username: str = "", language: str = "") -> User:
    """Open an account and ask for a code to its address. Without a username, one is made from the address."""
    user = User(email=email, username=username or free_username(email), language=language or settings.LANGUAGE_CODE)
    check_password_is_good(password, user)
    user.set_password(password)
    user.clean_fields()
    try:
        return _open_account(user)
    except IntegrityError as error:
        if "email_unique" in str(error):
            message = _("This address already has an account. Sign in, or reset the password.")
            raise Invalid(email=message) from None
        if username:
            raise Invalid(username=_("This username is taken. Choose another.")) from None
        # Somebody else was given the same free name a moment ago.
        return register_user(email=email, password=password, language=language)


@transaction.atomic
def _open_account(user: User) -> User:
    user.save(force_insert=True)
    record(UserRegistered(user_id=user.pk))
    request_code(user=user, purpose=OTP.Purpose.VERIFY_EMAIL, email=user.email)
    return user


@transaction.atomic
def request_code(*, user: User, purpose: str, email: str) -> OTP:
    """Have a code mailed. Only the newest for an address and purpose is good."""
    otp = OTP.objects.create(user=user, purpose=purpose, email=email)
    record(CodeRequested(user_id=user.pk, otp_id=otp.pk))
    return otp


def resend_code(*, email: str) -> None:
    """Mail a new code to an address that waits for one. Nobody learns from it whether the address is known."""
    waiting = OTP.objects.filter(email__iexact=email, purpose=OTP.Purpose.VERIFY_EMAIL, user__is_blocked=False)
    newest = waiting.order_by("-pk").select_related("user").first()
    if newest and not newest.is_used:
        request_code(user=newest.user, purpose=newest.purpose, email=newest.email)


def write_code(*, otp: OTP) -> str:
    """Make the code of a request; whoever calls it puts the code into the e-mail, and nowhere else."""
    code = f"{secrets.randbelow(1_000_000):06}"
    otp.write(code)
    otp.save(update_fields=["code_hash", "expires_at"])
    return code


def verify_email(*, email: str, code: str) -> User:
    """Prove an address. It becomes the person's own, if it was one they wanted to change to."""
    otp = redeem_code(email=email, purpose=OTP.Purpose.VERIFY_EMAIL, code=code)
    try:
        return _take_address(otp)
    except IntegrityError:
        raise Invalid(email=_("Meanwhile this address belongs to another account.")) from None


@transaction.atomic
def _take_address(otp: OTP) -> User:
    user: User = rows.hold(User.objects.all(), otp.user_id)
    if user.email_verified_at is None:
        record(EmailVerified(user_id=user.pk))
    if user.email.lower() != otp.email.lower():
        OTP.objects.filter(pk=otp.pk).update(replaced_email=user.email)
        record(EmailChanged(user_id=user.pk, otp_id=otp.pk))
    user.email, user.email_verified_at = otp.email, timezone.now()
    user.save(update_fields=["email", "email_verified_at"])
    return user


def redeem_code(*, email: str, purpose: str, code: str) -> OTP:
    """Use the newest code for an address. The guess is counted before it is looked at, and stays counted."""
    newest = OTP.objects.filter(email__iexact=email, purpose=purpose, user__is_blocked=False).order_by("-pk").first()
    if newest is None:
        raise WrongCode
    this = OTP.objects.filter(pk=newest.pk)
    counted = this.usable().update(attempts=F("attempts") + 1)
    if not counted or not newest.is_answered_by(code) or not this.filter(is_used=False).update(is_used=True):
        raise WrongCode
    return newest


def check_password_is_good(password: str, user: User) -> None:
    """Refuse a password that is short, common, or much like the person's own name."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(password=" ".join(error.messages)) from None


def free_username(email: str) -> str:
    """A username that nobody has, from the part of the address before the @."""
    local = re.sub(r"[^a-z0-9._-]+", "", email.partition("@")[0].lower()).strip("._-")
    stem = local[: LONGEST_USERNAME - 8].strip("._-") or "person"
    choices = [stem, *(f"{stem}-{number}" for number in range(2, 10)), f"{stem}-{secrets.randbelow(10**7)}"]
    people = User.objects.annotate(capitals=Upper("username"))
    taken = set(people.filter(capitals__in=[choice.upper() for choice in choices]).values_list("capitals", flat=True))
    return next(choice for choice in choices if choice.upper() not in taken and choice not in RESERVED_USERNAMES)
