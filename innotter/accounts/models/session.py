"""Where a person is signed in."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models.user import User


class SessionQuerySet(models.QuerySet["Session"]):
    def alive(self) -> Self:
        """Neither ended nor run out."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())


class Session(models.Model):
    """A signed-in device: a browser, or a family of refresh tokens of which only the newest is good."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sessions")
    #: The number of the newest refresh token, hashed; empty for a browser.
    token_hash = models.CharField(max_length=64, blank=True)
    #: The key of the browser's session; empty for tokens.
    browser_key = models.CharField(max_length=40, blank=True, db_index=True)
    device = models.CharField(_("device"), max_length=200, blank=True)
    ip = models.GenericIPAddressField(_("address"), null=True)
    created_at = models.DateTimeField(_("signed in at"), default=timezone.now)
    last_used_at = models.DateTimeField(_("last used at"), default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self) -> str:
        return f"{self.user}: {self.device}"

    @property
    def is_browser(self) -> bool:
        return bool(self.browser_key)
