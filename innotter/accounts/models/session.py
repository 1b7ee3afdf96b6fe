"""Where a person is signed in."""

from functools import cache
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models.user import User
from innotter.database.prepared import fetch
from innotter.text.fields import LineField


def _names(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@cache
def _with_person_sql() -> str:
    session, person = Session._meta, User._meta
    columns = [f'{meta.db_table}."{field.column}"' for meta in (session, person) for field in meta.concrete_fields]
    return (
        f"SELECT {', '.join(columns)} FROM {session.db_table} JOIN {person.db_table}"  # noqa: S608 - names of our own
        f" ON {person.db_table}.id = {session.db_table}.user_id"
        f" WHERE {session.db_table}.id = %s AND revoked_at IS NULL AND expires_at > %s"
    )


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
    device = LineField(_("device"), max_length=200, blank=True, cuts=True)
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

    @classmethod
    def with_person(cls, pk: int) -> "Session | None":
        """A session that is alive, with its person: what every request with a token asks, as one statement.

        Django's way to the same rows takes more than twice as long, most of it for writing the statement anew.
        """
        rows = fetch(_with_person_sql(), [pk, timezone.now()])
        if not rows:
            return None
        [row] = rows
        mine = len(cls._meta.concrete_fields)
        session = cls.from_db(None, _names(cls), row[:mine])
        session.user = User.from_db(None, _names(User), row[mine:])
        return session
