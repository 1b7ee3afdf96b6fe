"""How often one account, or one address, may do a thing; `_anywhere` is what all addresses may do about one mailbox."""

from environs import Env

from innotter.config.bounds import checked_rates


def budgets(env: Env, *, resend_seconds: int) -> dict[str, str]:
    """`<times>/<span>` by name, as the `limits` library reads it."""
    rates = {
        "login_account": env.str("THROTTLE_LOGIN_ACCOUNT", "10/5 minutes"),
        "login_anywhere": env.str("THROTTLE_LOGIN_ANYWHERE", "300/hour"),
        "login_address": env.str("THROTTLE_LOGIN_ADDRESS", "60/5 minutes"),
        "register_account": env.str("THROTTLE_REGISTER_ACCOUNT", "5/hour"),
        "register_anywhere": env.str("THROTTLE_REGISTER_ANYWHERE", "50/day"),
        "register_address": env.str("THROTTLE_REGISTER_ADDRESS", "20/hour"),
        "otp_account": env.str("THROTTLE_OTP_ACCOUNT", "10/10 minutes"),
        "otp_anywhere": env.str("THROTTLE_OTP_ANYWHERE", "100/day"),
        "otp_address": env.str("THROTTLE_OTP_ADDRESS", "60/10 minutes"),
        "resend_account": f"1/{resend_seconds} seconds",
        "resend_anywhere": env.str("THROTTLE_RESEND_ANYWHERE", "50/day"),
        "resend_address": env.str("THROTTLE_RESEND_ADDRESS", "20/hour"),
        "comment_account": env.str("THROTTLE_COMMENT_ACCOUNT", "20/10 minutes"),
        "comment_address": env.str("THROTTLE_COMMENT_ADDRESS", "60/10 minutes"),
        "guest_comment_account": env.str("THROTTLE_GUEST_COMMENT_ACCOUNT", "5/hour"),
        "guest_comment_anywhere": env.str("THROTTLE_GUEST_COMMENT_ANYWHERE", "50/day"),
        "guest_comment_address": env.str("THROTTLE_GUEST_COMMENT_ADDRESS", "20/hour"),
        "preview_account": env.str("THROTTLE_PREVIEW_ACCOUNT", "90/minute"),
        "preview_address": env.str("THROTTLE_PREVIEW_ADDRESS", "300/minute"),
        "complete_account": env.str("THROTTLE_COMPLETE_ACCOUNT", "240/minute"),
        "complete_address": env.str("THROTTLE_COMPLETE_ADDRESS", "900/minute"),
        "search_account": env.str("THROTTLE_SEARCH_ACCOUNT", "120/minute"),
        "search_address": env.str("THROTTLE_SEARCH_ADDRESS", "300/minute"),
        "invite_account": env.str("THROTTLE_INVITE_ACCOUNT", "30/hour"),
        "invite_again_account": env.str("THROTTLE_INVITE_AGAIN_ACCOUNT", "3/hour"),
        "invite_again_anywhere": env.str("THROTTLE_INVITE_AGAIN_ANYWHERE", "50/day"),
        "invite_address": env.str("THROTTLE_INVITE_ADDRESS", "120/hour"),
        "publish_account": env.str("THROTTLE_PUBLISH_ACCOUNT", "120/minute"),
        "write_account": env.str("THROTTLE_WRITE_ACCOUNT", "120/minute"),
        "write_address": env.str("THROTTLE_WRITE_ADDRESS", "240/minute"),
    }
    return checked_rates(rates)
