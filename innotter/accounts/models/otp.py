"""One-time codes, which prove that an e-mail address is its user's."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models.user import User


class OTPQuerySet(models.QuerySet["OTP"]):
    def usable(self) -> Self:
        """Written, not used, not expired, and not guessed at too often."""
        return self.filter(is_used=False, expires_at__gt=timezone.now(), attempts__lt=settings.OTP_ATTEMPTS)


class OTP(models.Model):
    """A request for a code. The code itself is made when its e-mail is written, and only its hash is kept."""

    class Purpose(models.TextChoices):
        VERIFY_EMAIL = "verify_email", _("Verify an e-mail address")
        RESET_PASSWORD = "reset_password", _("Reset the password")

    user = models.ForeignKey(User, models.CASCADE, related_name="otps")
    purpose = models.CharField(max_length=20, choices=Purpose)
    #: The address that the code is sent to and stands for; it may be one the person is about to change to.
    email = models.EmailField()
    #: The address it has taken the place of, which is told of the change.
    replaced_email = models.EmailField(blank=True)
    code_hash = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)
    is_used = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)

    objects = OTPQuerySet.as_manager()

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")
        indexes = [models.Index(Upper("email"), "purpose", models.F("id").desc(), name="otp_newest_of_address")]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} #{self.pk}"

    @property
    def is_pointless(self) -> bool:
        """It would verify an address that is verified already."""
        is_known = self.user.is_email_verified and self.user.email == self.email
        return self.purpose == self.Purpose.VERIFY_EMAIL and is_known

    def write(self, code: str) -> None:
        """Keep the code's hash; its life begins now."""
        self.code_hash = self._hash(code)
        self.expires_at = timezone.now() + timedelta(seconds=settings.OTP_SECONDS)

    def is_answered_by(self, code: str) -> bool:
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        return bool(self.code_hash) and any(
            constant_time_compare(self._hash(code, key), self.code_hash) for key in keys
        )

    def _hash(self, code: str, key: str | None = None) -> str:
        # Keyed: six digits alone could be found by trying them all against a stolen table.
        return salted_hmac(f"innotter.otp.{self.pk}", code, secret=key, algorithm="sha256").hexdigest()
