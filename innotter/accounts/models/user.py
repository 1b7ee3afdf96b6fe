"""A person with an account."""

from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.auth.models import AbstractUser, AnonymousUser, UserManager
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from innotter.text.addresses import EmailField
from innotter.text.fields import LineField
from innotter.text.words import understood, words_in

LONGEST_USERNAME, LONGEST_EMAIL = 30, 254
#: What somebody types or a program sends is cut off here, before it is looked at.
LONGEST_PASSWORD, LONGEST_CODE, LONGEST_TOKEN = 1000, 20, 2000
#: Names that would be mistaken for the product itself, or for an address of it.
RESERVED_USERNAMES = frozenset({"me", "admin", "administrator", "innotter", "moderator", "root", "support", "system"})

username_shape = RegexValidator(
    r"\A[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\Z",
    _("Use letters a to z, digits, dots, hyphens and underscores; begin and end with a letter or digit."),
)


def username_is_free_to_take(username: str) -> None:
    """Refuse the reserved names."""
    if username.lower() in RESERVED_USERNAMES:
        raise ValidationError(_("This name is reserved. Choose another."))


def is_time_zone(name: str) -> None:
    """Refuse what is not in the time zone database."""
    if name not in available_timezones():
        raise ValidationError(_("This is not the name of a time zone, such as Europe/Berlin."))


def zone_named(name: str) -> ZoneInfo:
    """A person's time zone; the installation's where this machine's database does not know theirs (after a move)."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return ZoneInfo(settings.TIME_ZONE)


def default_language() -> str:
    return settings.LANGUAGE_CODE


def default_time_zone() -> str:
    return settings.TIME_ZONE


#: What people are found by.
WORDS = words_in(models.F("username"), models.F("name"), models.F("title"), weight="A")
#: Who is not blocked, and has proved their address: they may begin things with others, and are told of them.
IN_GOOD_STANDING = models.Q(is_blocked=False, email_verified_at__isnull=False)


class UserQuerySet(models.QuerySet["User"]):
    def findable_by(self, viewer: "User | AnonymousUser") -> Self:
        """Who has a card that this person may see: people who are verified and not blocked, and oneself."""
        if isinstance(viewer, User) and viewer.is_moderator:
            return self.all()
        return self.filter(IN_GOOD_STANDING | models.Q(pk=viewer.pk) if viewer.pk else IN_GOOD_STANDING)

    def found_by(self, text: str) -> Self:
        """The people whose username, name or title has all these words, or words that begin so."""
        query = understood(text)
        return self.annotate(user_words=WORDS).filter(user_words=query) if query else self.none()

    def unproven(self) -> Self:
        """Accounts that somebody has opened and never proved to be theirs. They give way to who proves it."""
        return self.filter(email_verified_at=None, last_login=None, role=User.Role.USER, is_blocked=False)

    def give_way(self) -> None:
        """Delete these accounts as they are now: one that is proved at the same moment stays, with its proof."""
        with transaction.atomic():
            held = list(self.select_for_update(of=("self",)).values_list("pk", flat=True))
            User.objects.filter(pk__in=held).delete()

    def named(self, identifier: str) -> Self:
        """The person with this username or e-mail address, in any case. A username holds no @, so one at most."""
        return self.filter(email__iexact=identifier) if "@" in identifier else self.filter(username__iexact=identifier)


class UserManagerWithRoles(UserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **extra: Any
    ) -> "User":
        """An admin, as Django's own commands make one. As with `make_admin`, the address counts as verified."""
        proved = {"role": User.Role.ADMIN, "email_verified_at": timezone.now()}
        # Django's way to one sets what a role says here, and fails.
        user: User = self.model(username=username, email=self.normalize_email(email), **proved, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractUser):
    """A person. What a role allows is said in `permissions.py`; a blocked person is signed in nowhere."""

    class Role(models.TextChoices):
        USER = "user", _("User")
        MODERATOR = "moderator", _("Moderator")
        ADMIN = "admin", _("Admin")

    first_name = last_name = None  # type: ignore[assignment]  # One name, as its owner writes it.
    username = models.CharField(
        _("username"), max_length=LONGEST_USERNAME, validators=[username_shape, username_is_free_to_take]
    )
    email = EmailField(_("e-mail address"))
    name = LineField(pgettext_lazy("of a person", "name"), max_length=80, blank=True)
    title = LineField(
        pgettext_lazy("of a person", "title"), max_length=80, blank=True, help_text=_("What you do, in a few words.")
    )
    avatar = models.ImageField(_("avatar"), upload_to="avatars", blank=True)
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.USER)
    is_blocked = models.BooleanField(_("blocked"), default=False)
    email_verified_at = models.DateTimeField(_("e-mail verified at"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default=default_language)
    time_zone = models.CharField(_("time zone"), max_length=50, default=default_time_zone, validators=[is_time_zone])
    #: Chosen by the person, or told by their browser. Until then the zone is the installation's.
    has_own_time_zone = models.BooleanField(default=False, db_default=False, editable=False)
    #: What was chosen at registration for the page that everybody gets.
    starts_private = models.BooleanField(default=False, db_default=False, editable=False)

    objects: ClassVar[UserManagerWithRoles] = UserManagerWithRoles()

    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            # In capitals, as `iexact` compares.
            models.UniqueConstraint(Upper("username"), name="username_unique_in_any_case"),
            models.UniqueConstraint(Upper("email"), name="email_unique_in_any_case"),
            models.CheckConstraint(condition=models.Q(role__in=["user", "moderator", "admin"]), name="user_role_known"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(is_blocked=True), name="user_blocked"),
            models.Index(fields=["avatar"], condition=~models.Q(avatar=""), name="user_avatar"),
            GinIndex(WORDS, name="user_words"),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_absolute_url(self) -> str:
        return reverse("pages:person", args=[self.username])

    @property
    def avatar_url(self) -> str:
        """The path of the picture; empty without one."""
        name = (self.avatar.name or "").rpartition("/")[2]
        return reverse("accounts:avatar", args=[name]) if name else ""

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Django's word for: may be signed in."""
        return not self.is_blocked

    @property
    def is_staff(self) -> bool:  # type: ignore[override]
        return self.role == self.Role.ADMIN

    @property
    def is_superuser(self) -> bool:  # type: ignore[override]
        return self.role == self.Role.ADMIN

    @property
    def is_moderator(self) -> bool:
        """Moderators, and admins, who may do all that moderators may."""
        return self.role in {self.Role.MODERATOR, self.Role.ADMIN}

    @property
    def is_email_verified(self) -> bool:
        return self.email_verified_at is not None

    @property
    def is_in_good_standing(self) -> bool:
        """The same as `IN_GOOD_STANDING`, for somebody who is there already."""
        return not self.is_blocked and self.is_email_verified
