"""What people do with their accounts."""

from innotter.accounts.services.blocking import block_user, make_admin, unblock_user
from innotter.accounts.services.profile import edit_profile, learn_time_zone, pending_email, remove_avatar, set_avatar
from innotter.accounts.services.registering import (
    WrongCode,
    register_user,
    request_code,
    resend_code,
    verify_email,
    write_code,
)
from innotter.accounts.services.resetting import ask_for_reset, change_password, reset_password
from innotter.accounts.services.signing_in import (
    AccountBlocked,
    Device,
    EmailNotVerified,
    InvalidToken,
    WrongCredentials,
    check_credentials,
    check_may_sign_in,
    end_other_sessions,
    end_sessions,
    end_token_session,
    note_browser_use,
    refresh_tokens,
    start_browser_session,
    start_token_session,
)

__all__ = [
    "AccountBlocked",
    "Device",
    "EmailNotVerified",
    "InvalidToken",
    "WrongCode",
    "WrongCredentials",
    "ask_for_reset",
    "block_user",
    "change_password",
    "check_credentials",
    "check_may_sign_in",
    "edit_profile",
    "end_other_sessions",
    "end_sessions",
    "end_token_session",
    "learn_time_zone",
    "make_admin",
    "note_browser_use",
    "pending_email",
    "refresh_tokens",
    "register_user",
    "remove_avatar",
    "request_code",
    "resend_code",
    "reset_password",
    "set_avatar",
    "start_browser_session",
    "start_token_session",
    "unblock_user",
    "verify_email",
    "write_code",
]
