"""Who: people, the codes that prove an address, and the sessions they hold."""

from innotter.accounts.models.otp import ANYBODY, OTP, Asker
from innotter.accounts.models.session import Session
from innotter.accounts.models.user import IN_GOOD_STANDING, User, zone_named

__all__ = ["ANYBODY", "IN_GOOD_STANDING", "OTP", "Asker", "Session", "User", "zone_named"]
