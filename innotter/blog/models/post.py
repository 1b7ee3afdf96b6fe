"""Posts."""

from typing import Any, Self

import regex
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import User
from innotter.pages.models import Page

#: The longest post, in characters as people count them: a family emoji is one.
LONGEST_POST = 180
#: The most code points that so many characters may be made of; more is not writing.
MOST_CODE_POINTS = 2000

_character = regex.compile(r"\X")


def count_characters(text: str) -> int:
    """How many characters a person sees (extended grapheme clusters, Unicode Annex 29)."""
    return sum(1 for _match in _character.finditer(text))


def is_short_enough(text: str) -> None:
    """Refuse what is longer than a post may be."""
    if len(text) > MOST_CODE_POINTS or count_characters(text) > LONGEST_POST:
        raise ValidationError(
            _("A post has at most %(most)d characters; this one has %(count)d."),
            params={"most": LONGEST_POST, "count": count_characters(text)},
        )


class PostQuerySet(models.QuerySet["Post"]):
    def readable_by(self, viewer: Any) -> Self:
        """The posts of the pages that this person may read."""
        return self.filter(page__in=Page.objects.readable_by(viewer))

    def liked_by(self, person: User) -> Self:
        """What this person likes and may still read, each with its `like_id`."""
        posts = self.filter(likes__user=person).annotate(like_id=F("likes__id"))
        return posts.readable_by(person).seen_by(person)

    def seen_by(self, viewer: Any) -> Self:
        """With their pages, and each with `liked_by_me`, as this person has it."""
        posts = self.select_related("page__owner")
        if isinstance(viewer, AnonymousUser):
            return posts.annotate(liked_by_me=Value(False))
        likes = apps.get_model("blog", "Like").objects  # A model that is declared after this one.
        mine = likes.filter(post=OuterRef("pk"), user=viewer)
        return posts.annotate(liked_by_me=Exists(mine))


class Post(models.Model):
    """Something short that is said on a page."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="posts", verbose_name=_("page"))
    content = models.TextField(_("content"), validators=[is_short_enough])
    likes_count = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    updated_at = models.DateTimeField(_("updated at"), default=timezone.now)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        indexes = [models.Index(fields=["page", "-id"], name="post_newest_of_page")]
        constraints = [
            models.CheckConstraint(
                condition=Q(GreaterThan(Length("content"), 0))
                & Q(LessThanOrEqual(Length("content"), MOST_CODE_POINTS)),
                name="post_length",
            )
        ]

    def __str__(self) -> str:
        return self.content[:60]

    def get_absolute_url(self) -> str:
        return reverse("blog:post", args=[self.pk])

    @property
    def is_edited(self) -> bool:
        return self.updated_at > self.created_at
