"""What people say about themselves."""

from typing import Any

from django.contrib.sessions.models import Session as BrowserSession
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import OTP, User
from innotter.accounts.registry import on_renaming
from innotter.accounts.services.registering import request_code
from innotter.accounts.services.usernames import require_free, taken
from innotter.errors import Conflict, Invalid
from innotter.media.storage import keep
from innotter.media.uploads import square_from
from innotter.rate_limits import count_use
from innotter.text.addresses import is_address

#: Where a browser's session keeps a person's language and time zone.
PREFERENCES = "preferences"
#: So many of a person's browsers are told by one statement.
PORTION = 200
EDITABLE = frozenset({"username", "name", "title", "language", "time_zone"})


def edit_profile(*, user: User, email: str | None = None, **changes: Any) -> User:
    """Change one's profile. A new e-mail address takes effect when the code sent to it comes back.

    Whoever gives the address that they have wishes for no other any more: no code is sent then, and none of before
    counts.
    """
    if unknown := changes.keys() - EDITABLE:
        raise TypeError(f"not a part of the profile: {unknown}")
    if email:
        if not is_address(email):
            raise Invalid(email=validate_email.message)
        if email.lower() != user.email.lower():
            count_use("resend", email)
    if "time_zone" in changes:
        changes["has_own_time_zone"] = True
    _set(user, changes)
    try:
        _save_profile(user, changes, email)
    except IntegrityError:
        raise taken(username=user.username, user=user) from None
    return user


def _set(user: User, changes: dict[str, Any]) -> None:
    """Take the changes in, once they are right. What stays is not asked: another machine may have known the zone."""
    changed = {field for field, value in changes.items() if value != getattr(user, field)}
    for field, value in changes.items():
        setattr(user, field, value)
    user.clean_fields(exclude={field.name for field in User._meta.fields} - changed)
    if "username" in changed:
        require_free(username=user.username, user=user)


def learn_time_zone(*, user: User, time_zone: str) -> None:
    """Take what a person's browser says, unless they have chosen a time zone, or it was learnt before."""
    if time_zone and not user.has_own_time_zone:
        edit_profile(user=user, time_zone=time_zone)


def keep_time_zone(*, user: User) -> None:
    """Leave a person in the time zone that an admin has chosen for them, whatever their browser says."""
    User.objects.filter(pk=user.pk).update(has_own_time_zone=True)


@transaction.atomic
def _save_profile(user: User, changes: dict[str, Any], email: str | None) -> None:
    if email and email.lower() == user.email.lower():
        user.otps.wishing_for_another_than(email).update(is_used=True)
    elif email:
        if User.objects.named(email).exclude(pk__in=User.objects.unproven()).exists():
            raise Invalid(email=_("This address already has an account."))
        # Whoever has just been shut out by a new password wishes for nothing more.
        if rows.hold(User.objects.all(), user.pk).password != user.password:
            raise Conflict
        # Of several wishes the last holds: one of before may have been for a stranger's mailbox, by a slip.
        user.otps.wishing_for_another_than(email).update(is_used=True)
        request_code(user=user, purpose=OTP.Purpose.VERIFY_EMAIL, email=email)
    if changes:
        former = rows.hold(User.objects.all(), user.pk).username
        user.save(update_fields=list(changes))
        if user.username != former:
            note_new_username(user=user, former=former)
    if changes.keys() & {"language", "time_zone"}:
        tell_browsers(user=user)


@transaction.atomic
def note_new_username(*, user: User, former: str) -> None:
    """Let what carries a person's name follow a new one, which is just written.

    Raises Invalid where somebody else has taken it meanwhile, for a page perhaps.
    """
    rows.hold_name(user.username)
    require_free(username=user.username, user=user)
    on_renaming.ask(user=user, former=former)


@transaction.atomic
def tell_browsers(*, user: User) -> None:
    """Let all browsers in which a person is signed in speak their language and tell their time.

    Both travel in the session of each: a form would tell a time by one clock that is shown by another elsewhere.
    """
    keys = user.sessions.alive().exclude(browser_key="").values_list("browser_key", flat=True)
    # In an order: of two that change the same, one waits for the other.
    found = list(BrowserSession.objects.filter(session_key__in=list(keys)).order_by("pk").select_for_update())
    for row in found:
        kept = row.get_decoded() | {PREFERENCES: (user.language, user.time_zone)}
        row.session_data = BrowserSession.objects.encode(kept)
    # Nothing else of them changes: each ends when it would have ended.
    BrowserSession.objects.bulk_update(found, ["session_data"], batch_size=PORTION)


def pending_email(user: User) -> str | None:
    """The address that a person wants to change to, while its code is still good."""
    newest = user.otps.filter(purpose=OTP.Purpose.VERIFY_EMAIL).order_by("-pk").first()
    waits = newest and not newest.is_used and newest.email.lower() != user.email.lower()
    return newest.email if newest and waits else None


def set_avatar(*, user: User, file: UploadedFile[bytes]) -> User:
    """Check and keep a picture of a person."""
    _change_avatar(user, keep("avatars", square_from(file)))
    return user


def remove_avatar(*, user: User) -> None:
    """Remove a person's picture. Without one, nothing changes."""
    _change_avatar(user, "")


@transaction.atomic
def _change_avatar(user: User, name: str) -> None:
    rows.hold(User.objects.all(), user.pk)
    user.avatar = name
    user.save(update_fields=["avatar"])
