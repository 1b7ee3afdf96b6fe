"""Getting back in with a new password."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.events import PasswordChanged
from innotter.accounts.models import ANYBODY, OTP, Asker, Session, User
from innotter.accounts.services.registering import (
    WrongCode,
    check_code,
    check_password_is_good,
    request_code,
    use_code,
)
from innotter.accounts.services.signing_in import end_other_sessions
from innotter.errors import Conflict, Invalid
from innotter.events.services import record
from innotter.rate_limits import count_use, limit


def ask_for_reset(*, email: str) -> None:
    """Mail a code to the address if it has an account. Nobody learns from answer or time whether it has.

    One that was asked for a moment ago stays the good one.
    """
    count_use("resend", f"reset {email}")
    user = User.objects.filter(email__iexact=email, is_blocked=False).first()
    newest = OTP.objects.of(email, OTP.Purpose.RESET_PASSWORD).first()
    if newest and newest.is_on_its_way:
        user = None
    request_code(user=user, purpose=OTP.Purpose.RESET_PASSWORD, email=user.email if user else email)


def reset_password(*, email: str, code: str, password: str, asker: Asker = ANYBODY) -> User:
    """Set a new password with a mailed code, which also proves the address. All sessions end."""
    # Without the code nobody learns, by what a password is too much like, who has an account.
    check_password_is_good(password, User(email=email))
    otp = check_code(email=email, purpose=OTP.Purpose.RESET_PASSWORD, code=code, asker=asker)
    check_password_is_good(password, User.objects.get(pk=otp.user_id))
    with transaction.atomic():
        use_code(otp=otp)
        user: User = rows.hold(User.objects.all(), otp.user_id)
        if user.email.lower() != otp.email.lower():  # It was mailed to the address that the account had before.
            raise WrongCode
        user.email_verified_at = user.email_verified_at or otp.created_at
        user.set_password(password)
        user.save(update_fields=["password", "email_verified_at"])
        end_other_sessions(user=user)
        record(PasswordChanged(user_id=user.pk))
    return user


@transaction.atomic
def set_password(*, user: User, password: str) -> None:
    """Set a new password for somebody, by whoever runs the installation. All sessions end."""
    check_password_is_good(password, user)
    user = rows.hold(User.objects.all(), user.pk)
    user.set_password(password)
    user.save(update_fields=["password"])
    end_other_sessions(user=user)
    record(PasswordChanged(user_id=user.pk))


def change_password(*, user: User, current: str, password: str, current_session: Session | None) -> None:
    """Set a new password while signed in, knowing the present one. All other sessions end."""
    limit("login_account", user.pk, "settings")  # Of who is signed in: no stranger can use it up.
    if not user.check_password(current):
        raise Invalid(current=_("This is not your current password."))
    check_password_is_good(password, user)
    present = user.password
    user.set_password(password)
    with transaction.atomic():
        # Compared and set: whoever has just been shut out by a new password does not set another.
        if not User.objects.filter(pk=user.pk, password=present).update(password=user.password):
            raise Conflict
        end_other_sessions(user=user, current=current_session)
        record(PasswordChanged(user_id=user.pk))
