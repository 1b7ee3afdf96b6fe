"""What happens to people."""

from dataclasses import dataclass

from innotter.events.domain import DomainEvent


@dataclass(frozen=True, kw_only=True)
class UserRegistered(DomainEvent):
    """Somebody has opened an account; their address is not verified yet."""

    type = "innotter.user.registered"
    about = "user_id"
    user_id: int


@dataclass(frozen=True, kw_only=True)
class CodeRequested(DomainEvent):
    """Somebody needs a one-time code by e-mail."""

    is_public = False
    type = "innotter.user.code_requested"
    about = "user_id"
    user_id: int
    otp_id: int


@dataclass(frozen=True, kw_only=True)
class EmailVerified(DomainEvent):
    """A person has proved their first address, and may use the product."""

    type = "innotter.user.email_verified"
    about = "user_id"
    user_id: int


@dataclass(frozen=True, kw_only=True)
class EmailChanged(DomainEvent):
    """A person has proved a new address, which replaces the one before."""

    type = "innotter.user.email_changed"
    about = "user_id"
    user_id: int
    otp_id: int


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(DomainEvent):
    """A person has a new password; every other session of theirs has ended."""

    type = "innotter.user.password_changed"
    about = "user_id"
    user_id: int


@dataclass(frozen=True, kw_only=True)
class UserBlocked(DomainEvent):
    """An admin has shut a person out."""

    type = "innotter.user.blocked"
    about = "user_id"
    user_id: int
    admin_id: int


@dataclass(frozen=True, kw_only=True)
class UserUnblocked(DomainEvent):
    """An admin has let a person in again."""

    type = "innotter.user.unblocked"
    about = "user_id"
    user_id: int
    admin_id: int
