"""Shutting people out, and letting them in again."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.accounts.events import UserBlocked, UserUnblocked
from innotter.accounts.models import User
from innotter.accounts.permissions import can_block_user
from innotter.accounts.registry import on_admission
from innotter.accounts.services.registering import check_password_is_good
from innotter.accounts.services.signing_in import end_other_sessions
from innotter.accounts.services.usernames import require_free
from innotter.audit.models import Action
from innotter.audit.services import log_action
from innotter.errors import Invalid, require
from innotter.events.services import record

Verb = Action.Verb


@transaction.atomic
def block_user(*, admin: User, user: User, reason: str = "") -> None:
    """Shut a person out, from this moment, and with them their pages. Blocking twice changes nothing."""
    require(can_block_user(admin, user))
    if User.objects.filter(pk=user.pk, is_blocked=False).update(is_blocked=True):
        end_other_sessions(user=user)
        log_action(actor=admin, verb=Verb.BLOCK_USER, subject_id=user.pk, about=f"@{user.username}", reason=reason)
        record(UserBlocked(user_id=user.pk, admin_id=admin.pk))


@transaction.atomic
def unblock_user(*, admin: User, user: User, reason: str = "") -> None:
    """Let a person sign in again; their pages are back. Unblocking twice changes nothing."""
    require(can_block_user(admin, user))
    if User.objects.filter(pk=user.pk, is_blocked=True).update(is_blocked=False):
        log_action(actor=admin, verb=Verb.UNBLOCK_USER, subject_id=user.pk, about=f"@{user.username}", reason=reason)
        record(UserUnblocked(user_id=user.pk, admin_id=admin.pk))


def note_new_role(*, admin: User, user: User) -> None:
    """Write down that an admin has given somebody another role: each has powers over others."""
    about = f"@{user.username}: {user.get_role_display()}"
    log_action(actor=admin, verb=Verb.CHANGE_ROLE, subject_id=user.pk, about=about)


@transaction.atomic
def make_admin(*, username: str, email: str, password: str) -> User:
    """An admin, whose address counts as verified: made by whoever runs the installation.

    Accounts with this address or name that were never verified give way.
    """
    admin = User(username=username, email=email, role=User.Role.ADMIN, email_verified_at=timezone.now())
    check_password_is_good(password, admin)
    admin.set_password(password)
    admin.clean_fields()
    User.objects.unproven().filter(Q(email__iexact=email) | Q(username__iexact=username)).give_way()
    _require_free(username, email)
    admin.full_clean()
    admin.save(force_insert=True)
    on_admission.ask(user=admin)
    return admin


def _require_free(username: str, email: str) -> None:
    if owner := User.objects.filter(email__iexact=email).first():
        message = _(
            "%(name)s has this address already. Give another one, or let an admin make that account one at /admin/."
        )
        raise Invalid(email=message % {"name": f"@{owner.username}"})
    require_free(username=username, user=User(email=email))
