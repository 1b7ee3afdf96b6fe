"""One-time codes, which prove that an e-mail address is its user's."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models.user import User
from innotter.text.addresses import EmailField


@dataclass(frozen=True)
class Asker:
    """Who guesses at a code: a place, or a device that has signed in to this account before."""

    name: str = ""
    is_known: bool = False


ANYBODY = Asker()

#: So many times the guesses of one asker does a code stand from all strangers together: of a million codes, twenty.
ALL_STRANGERS = 4


class OTPQuerySet(models.QuerySet["OTP"]):
    def usable(self) -> Self:
        """Written, not used, not expired."""
        return self.filter(is_used=False, expires_at__gt=timezone.now())

    def wishing_for_another_than(self, email: str) -> Self:
        """Those, not used yet, by which an account would change to another address than this one."""
        return self.filter(purpose=OTP.Purpose.VERIFY_EMAIL, is_used=False).exclude(email__iexact=email)

    def of(self, email: str, purpose: str) -> Self:
        """Those that an address was mailed for a purpose, the newest first; only that one is good."""
        return self.filter(email__iexact=email, purpose=purpose, user__is_blocked=False).order_by("-pk")


class OTP(models.Model):
    """A request for a code. The code itself is made when its e-mail is written, and only its hash is kept."""

    class Purpose(models.TextChoices):
        VERIFY_EMAIL = "verify_email", _("Verify an e-mail address")
        RESET_PASSWORD = "reset_password", _("Reset the password")

    #: Nobody, when the address has no account: it is asked for all the same, so that the time does not tell.
    user = models.ForeignKey(User, models.CASCADE, related_name="otps", null=True)
    purpose = models.CharField(max_length=20, choices=Purpose)
    #: The address that the code is sent to and stands for; it may be one the person is about to change to.
    email = EmailField()
    #: The address it has taken the place of, which is told of the change.
    replaced_email = EmailField(blank=True)
    #: Where the account that it verifies was registered from, if somebody had registered the same address before.
    contested_from = models.CharField(max_length=64, blank=True)
    code_hash = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)
    is_used = models.BooleanField(default=False)
    #: The guesses of strangers, and those of each asker.
    attempts = models.PositiveSmallIntegerField(default=0)
    guesses = models.JSONField(default=dict)

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
        is_known = self.user is not None and self.user.is_email_verified and self.user.email == self.email
        return self.purpose == self.Purpose.VERIFY_EMAIL and is_known

    @property
    def is_on_its_way(self) -> bool:
        """It was asked for a moment ago: whoever else asks does not make it void."""
        since = timezone.now() - timedelta(seconds=settings.OTP_RESEND_SECONDS)
        return not self.is_used and self.created_at > since

    def write(self, code: str) -> None:
        """Keep the code's hash; its life begins now."""
        self.code_hash = self._hash(code)
        self.expires_at = timezone.now() + timedelta(seconds=settings.OTP_SECONDS)

    def count_guess(self, asker: Asker) -> bool:
        """Count a guess; says whether it was one too many.

        A stranger's guesses are counted by where they come from: five of theirs must not use up the owner's code. All
        strangers together have a few times as many, against which a device that has signed in before does not count.
        """
        own = self.guesses.get(asker.name, 0)
        if own >= settings.OTP_ATTEMPTS:
            return False
        if not asker.is_known:
            if self.attempts >= settings.OTP_ATTEMPTS * ALL_STRANGERS:
                return False
            self.attempts += 1
        self.guesses[asker.name] = own + 1
        self.save(update_fields=["attempts", "guesses"])
        return True

    def is_answered_by(self, code: str) -> bool:
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        return bool(self.code_hash) and any(
            constant_time_compare(self._hash(code, key), self.code_hash) for key in keys
        )

    def _hash(self, code: str, key: str | None = None) -> str:
        # Keyed: six digits alone could be found by trying them all against a stolen table.
        return salted_hmac(f"innotter.otp.{self.pk}", code, secret=key, algorithm="sha256").hexdigest()
