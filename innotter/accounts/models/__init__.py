"""Who: people, the codes that prove an address, and the sessions they hold."""

from innotter.accounts.models.otp import ANYBODY, OTP, Asker
from innotter.accounts.models.session import Session
from innotter.accounts.models.user import User

__all__ = ["ANYBODY", "OTP", "Asker", "Session", "User"]
