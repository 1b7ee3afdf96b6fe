"""Posts."""

from typing import Any, Self

import regex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import User
from innotter.pages.models import Page
from innotter.text.fields import LineField, ProseField
from innotter.text.tags import tag_name

#: The longest post, in characters as people count them: a family emoji is one.
LONGEST_POST = 180
LONGEST_TITLE = 200
#: The most code points of a note: characters may consist of several, but not of hundreds.
MOST_CODE_POINTS = 2000

#: Every post below one, however deep.
_BELOW = """
    WITH RECURSIVE below AS (
        SELECT id FROM blog_post WHERE reply_to_id = %s
        UNION ALL
        SELECT reply.id FROM blog_post AS reply JOIN below ON reply.reply_to_id = below.id
    )
    SELECT id FROM below
"""

_MOST = {"most": LONGEST_POST}
_character = regex.compile(r"\X")


def count_characters(text: str) -> int:
    """How many characters a person sees (extended grapheme clusters, Unicode Annex 29)."""
    return sum(1 for _match in _character.finditer(text))


def is_short_enough(text: str) -> None:
    """Refuse what is longer than a post may be."""
    # Not counted to its end: that takes the square of its length where it is all flags.
    if len(text) > MOST_CODE_POINTS:
        raise ValidationError(_("A post has at most %(most)d characters; this one is far longer."), params=_MOST)
    if (count := count_characters(text)) > LONGEST_POST:
        raise ValidationError(
            _("A post has at most %(most)d characters; this one has %(count)d."), params=_MOST | {"count": count}
        )


class PostQuerySet(models.QuerySet["Post"]):
    def readable_by(self, viewer: Any) -> Self:
        """The posts of the pages that this person may read."""
        return self.filter(page__in=Page.objects.readable_by(viewer))

    def articles(self) -> Self:
        return self.filter(kind=Post.Kind.ARTICLE)

    def liked_by(self, person: User) -> Self:
        """What this person likes and may still read, each with its `like_id`."""
        posts = self.filter(likes__user=person).annotate(like_id=F("likes__id"))
        return posts.readable_by(person)

    def below(self, post: "Post") -> Self:
        """The whole thread beneath a post: replies, replies to them, and so on."""
        return self.filter(pk__in=RawSQL(_BELOW, [post.pk]))  # noqa: S611 - a constant of this file

    def tagged(self, name: str) -> Self:
        """The posts with this hashtag."""
        return self.filter(hashtags__tag__name=tag_name(name))


class Post(models.Model):
    """Something that is said on a page: a note, or an article, of which this is the title and the beginning."""

    class Kind(models.TextChoices):
        NOTE = "note", _("Note")
        ARTICLE = "article", _("Article")

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.NOTE, db_default="note", editable=False)
    title = LineField(_("title"), max_length=LONGEST_TITLE, blank=True, default="", db_default="", editable=False)
    page = models.ForeignKey(Page, models.CASCADE, related_name="posts", verbose_name=_("page"))
    content = ProseField(_("content"), blank=True, validators=[is_short_enough])
    #: Where it hangs in its thread. When that post goes, it moves up to the one above.
    reply_to = models.ForeignKey("self", models.SET_NULL, related_name="answers", null=True, blank=True, editable=False)
    #: The post it was written as a reply to, there or not.
    answered_id = models.BigIntegerField(null=True, blank=True, editable=False)
    mentions = models.ManyToManyField(Page, related_name="mentioned_in", editable=False)
    comments_closed = models.BooleanField(default=False, db_default=False, editable=False)
    #: Goes up with every change of what is shown of it; the database sees to that.
    revision = models.BigIntegerField(default=0, db_default=0, editable=False)
    likes_count = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    updated_at = models.DateTimeField(_("updated at"), default=timezone.now)

    #: How the viewer has it: set by `articles_for`.
    liked_by_me: bool
    comments_count: int

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        indexes = [
            models.Index(fields=["page", "-id"], name="post_newest_of_page"),
            models.Index(fields=["page", "-id"], condition=Q(kind="article"), name="article_newest_of_page"),
            models.Index(fields=["-id"], condition=Q(kind="article"), name="article_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(LessThanOrEqual(Length("content"), MOST_CODE_POINTS)),
                name="post_length",
            ),
            models.CheckConstraint(
                condition=Q(kind="note", title="") | (Q(kind="article", answered_id=None) & ~Q(title="")),
                name="post_shape_of_its_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.title or Truncator(self.content).chars(60)

    def get_absolute_url(self) -> str:
        return reverse("blog:post", args=[self.pk])

    @property
    def is_article(self) -> bool:
        return self.kind == self.Kind.ARTICLE

    @property
    def is_reply(self) -> bool:
        return self.answered_id is not None

    @property
    def is_edited(self) -> bool:
        return self.updated_at > self.created_at
