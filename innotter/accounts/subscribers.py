"""What follows from what happens to people: e-mails."""

from collections.abc import Mapping
from typing import Any

from innotter.accounts.events import CodeRequested, EmailChanged, PasswordChanged
from innotter.accounts.models import OTP, User
from innotter.accounts.services import write_code
from innotter.events.domain import subscribe
from innotter.mail.services import asked_before_sending, is_written, send_mail


@subscribe(CodeRequested, name="accounts.mail_the_code")
def mail_the_code(event: CodeRequested) -> None:
    otp = OTP.objects.select_related("user").filter(pk=event.otp_id).first()
    key = f"code/{event.event_id}"
    if otp is None or otp.user is None or otp.is_used or otp.is_pointless or is_written(key):
        return
    send_mail(
        key=key,
        to=otp.email,
        template=f"accounts/mail/{otp.purpose}",
        context={"person": otp.user, "email": otp.email, "code": write_code(otp=otp)},
        language=otp.user.language,
        about=("code", {"otp": otp.pk}),
    )


@asked_before_sending("code")
def to_whom_a_code_goes(about: Mapping[str, Any]) -> str:
    """Nobody, once it is of no use: used, or so old that its reader has long asked for another."""
    return str(about["to"]) if OTP.objects.usable().filter(pk=about["otp"]).exists() else ""


@subscribe(EmailChanged, name="accounts.tell_the_old_address_of_the_change")
def tell_the_old_address_of_the_change(event: EmailChanged) -> None:
    otp = OTP.objects.select_related("user").filter(pk=event.otp_id).first()
    if otp and otp.user:
        send_mail(
            key=f"email-changed/{event.event_id}",
            to=otp.replaced_email,
            template="accounts/mail/email_changed",
            context={"person": otp.user},
            language=otp.user.language,
        )


@subscribe(PasswordChanged, name="accounts.mail_that_the_password_has_changed")
def mail_that_the_password_has_changed(event: PasswordChanged) -> None:
    if person := User.objects.filter(pk=event.user_id).first():
        send_mail(
            key=f"password-changed/{event.event_id}",
            to=person.email,
            template="accounts/mail/password_changed",
            context={"person": person},
            language=person.language,
        )
