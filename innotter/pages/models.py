"""Pages, their tags, and who follows them."""

import time
from datetime import MAXYEAR
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.core.validators import MinLengthValidator, RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import User
from innotter.text.fields import LineField, ProseField
from innotter.text.tags import LONGEST_TAG
from innotter.text.words import understood, words_in

#: Handles that would be mistaken for the product itself, or for an address of it.
RESERVED_HANDLES = frozenset(
    {
        "about",
        "admin",
        "administrator",
        "api",
        "explore",
        "feed",
        "help",
        "home",
        "innotter",
        "login",
        "logout",
        "mailbox",
    }
    | {
        "me",
        "media",
        "moderator",
        "new",
        "pages",
        "posts",
        "register",
        "root",
        "search",
        "settings",
        "static",
        "support",
    }
    | {"system", "tags", "users", "verify"}
)
LONGEST_NAME, LONGEST_HANDLE, LONGEST_DESCRIPTION = 80, 30, 500
HANDLE = r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?"

handle_shape = RegexValidator(
    rf"\A{HANDLE}\Z",
    _("Use small letters a to z, digits, hyphens and underscores; begin and end with a letter or digit."),
)


def handle_is_free_to_take(handle: str) -> None:
    """Refuse the reserved words."""
    if handle in RESERVED_HANDLES:
        raise ValidationError(_("This handle is reserved. Choose another."))


#: What tags are found by.
WORDS_OF_TAG = words_in(models.F("name"), weight="A")


class TagQuerySet(models.QuerySet["Tag"]):
    def found_by(self, text: str) -> Self:
        """The tags that have all these words, or words that begin so."""
        query = understood(text)
        return self.annotate(tag_words=WORDS_OF_TAG).filter(tag_words=query) if query else self.none()


class Tag(models.Model):
    """A word that pages are found by, in small letters."""

    name = LineField(_("name"), max_length=LONGEST_TAG, unique=True)

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        indexes = [GinIndex(WORDS_OF_TAG, name="tag_words")]

    def __str__(self) -> str:
        return self.name


class FollowQuerySet(models.QuerySet["Follow"]):
    def accepted(self) -> Self:
        return self.filter(status=Follow.Status.ACCEPTED)

    def counted(self) -> Self:
        """Those who count as followers of a page."""
        return self.accepted().filter(follower__is_blocked=False)

    def pending(self) -> Self:
        """Those who wait for the owner's decision."""
        return self.filter(status=Follow.Status.PENDING, follower__is_blocked=False)


def _is_open() -> Q:
    """Neither blocked, nor of a blocked person. It asks the row itself: a list of open pages would hold nearly all."""
    is_of_blocked = Exists(User.objects.filter(pk=OuterRef("owner"), is_blocked=True))
    return ~Q(blocked_until__gt=timezone.now()) & ~Q(is_of_blocked)


def _is_findable_by(viewer: Any) -> Q:
    if isinstance(viewer, User) and viewer.is_moderator:
        return Q(pk__isnull=False)
    return _is_open() | Q(owner=viewer) if viewer.is_authenticated else _is_open()


def _is_readable_by(viewer: Any) -> Q:
    findable = _is_findable_by(viewer)
    if isinstance(viewer, AnonymousUser):
        return findable & Q(is_private=False)
    if viewer.is_moderator:
        return findable
    follows = Follow.objects.accepted().filter(page=OuterRef("pk"), follower=viewer)
    return findable & (Q(is_private=False) | Q(owner=viewer) | Q(Exists(follows)))


def first_revision() -> int:
    """Of a page that is made now: a number that none can have had, also after a database was put back."""
    return time.time_ns() // 1_000_000


class PageQuerySet(models.QuerySet["Page"]):
    def open(self) -> Self:
        """Leave out blocked pages, and the pages of blocked people."""
        return self.filter(_is_open())

    def findable_by(self, viewer: Any) -> Self:
        """Whose card may be seen: a private page has one too, or nobody could ask to follow it."""
        return self.filter(_is_findable_by(viewer))

    def readable_by(self, viewer: Any) -> Self:
        """Whose posts, followers and numbers may be seen. What is not in here is a 404 everywhere."""
        return self.filter(_is_readable_by(viewer))

    def measurable_by(self, viewer: Any) -> Self:
        """Whose statistics may be seen: one's own, and an admin's all."""
        pages = self.findable_by(viewer)
        return pages if viewer.role == User.Role.ADMIN else pages.filter(owner=viewer)

    def found_by(self, text: str) -> Self:
        """The pages whose name, handle or tags have all these words, or words that begin so."""
        query = understood(text)
        return self.filter(words__vector=query) if query else self.none()

    def as_seen_by(self, viewer: Any) -> Self:
        """Each with `follow_status` and `is_readable`, as this person has them."""
        own = Follow.objects.filter(page=OuterRef("pk"), follower=viewer.pk)
        return self.annotate(
            follow_status=models.Subquery(own.values("status")[:1]),
            is_readable=models.ExpressionWrapper(_is_readable_by(viewer), models.BooleanField()),
        )


class Page(models.Model):
    """A place where its owner writes."""

    name = LineField(_("name"), max_length=LONGEST_NAME)
    handle = models.CharField(
        _("handle"),
        max_length=LONGEST_HANDLE,
        unique=True,
        db_column="uuid",
        validators=[MinLengthValidator(2), handle_shape, handle_is_free_to_take],
        help_text=_("The page's address: small letters, digits, hyphens and underscores."),
    )
    description = ProseField(_("description"), max_length=LONGEST_DESCRIPTION, blank=True)
    tags = models.ManyToManyField(Tag, verbose_name=_("tags"), related_name="pages", blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="pages", verbose_name=_("owner"))
    image = models.ImageField(_("picture"), upload_to="pages", blank=True, default="", db_default="", editable=False)
    is_private = models.BooleanField(
        _("private"), default=False, help_text=_("Only people you approve can read it. Anybody can ask.")
    )
    is_personal = models.BooleanField(
        _("personal"), default=False, db_default=False, editable=False, help_text=_("Who its owner is on the site.")
    )
    blocked_until = models.DateTimeField(_("blocked until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    #: Goes up with every change of what is shown of it or its owner; the database sees to that.
    revision = models.BigIntegerField(default=first_revision, db_default=0, editable=False)
    #: The newest post, 0 without one: finds a feed's first page by twenty short index reads.
    last_post_id = models.BigIntegerField(default=0, editable=False)

    #: How the viewer has it: set by `as_seen_by`.
    follow_status: str | None
    is_readable: bool

    objects = PageQuerySet.as_manager()

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        constraints = [
            models.CheckConstraint(condition=Q(handle__regex=rf"^{HANDLE}$"), name="page_handle_shape"),
            models.UniqueConstraint(fields=["owner"], condition=Q(is_personal=True), name="page_one_personal"),
        ]
        indexes = [
            models.Index(fields=["blocked_until"], condition=Q(blocked_until__isnull=False), name="page_end_of_block"),
            models.Index(fields=["-last_post_id"], condition=Q(last_post_id__gt=0), name="page_active"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("blog:page", args=[self.handle])

    def heir(self) -> "Page | None":
        """Its owner's oldest other page, which is the personal one once this is deleted."""
        return Page.objects.filter(owner=self.owner_id).exclude(pk=self.pk).order_by("pk").first()

    def is_needed(self) -> bool:
        """Whether it cannot be deleted: everybody who has a personal page keeps one."""
        return self.is_personal and self.heir() is None

    @property
    def image_url(self) -> str:
        """The path of the page's picture, which is part of its card; empty without one."""
        version = (self.image.name or "").rpartition("/")[2]
        return reverse("pages:image", args=[self.handle, version]) if version else ""

    @property
    def is_blocked(self) -> bool:
        return self.blocked_until is not None and self.blocked_until > timezone.now()

    @property
    def is_blocked_for_ever(self) -> bool:
        return self.blocked_until is not None and self.blocked_until.year == MAXYEAR


class PageWords(models.Model):
    """The words that a page is found by; those of a private page are its name and handle alone."""

    page = models.OneToOneField(Page, models.CASCADE, primary_key=True, related_name="words")
    vector = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["vector"], name="page_words")]

    def __str__(self) -> str:
        return str(self.page)


class FormerHandle(models.Model):
    """A handle that a page had before, and still leads to it: for a while nobody else can take it."""

    handle = models.CharField(_("handle"), max_length=LONGEST_HANDLE, unique=True)
    page = models.ForeignKey(Page, models.CASCADE, related_name="former_handles")
    given_up_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.handle


class Follow(models.Model):
    """Somebody follows a page, or asks to."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        ACCEPTED = "accepted", _("Accepted")

    page = models.ForeignKey(Page, models.CASCADE, related_name="follows")
    follower = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows")
    status = models.CharField(max_length=10, choices=Status)
    created_at = models.DateTimeField(default=timezone.now)
    #: Since when it follows; None while it is pending.
    accepted_at = models.DateTimeField(null=True)

    objects = FollowQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        constraints = [
            models.UniqueConstraint(fields=["follower", "page"], include=["status"], name="follow_once"),
            models.CheckConstraint(condition=Q(status__in=["pending", "accepted"]), name="follow_status_known"),
            models.CheckConstraint(
                condition=Q(status="pending", accepted_at=None) | Q(status="accepted", accepted_at__isnull=False),
                name="follow_accepted_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["page", "id"], name="follow_of_page"),
            #: Few wait for a decision, among a million that do not.
            models.Index(fields=["page", "id"], condition=Q(status="pending"), name="follow_pending"),
        ]

    def __str__(self) -> str:
        return f"{self.follower} → {self.page} ({self.status})"
