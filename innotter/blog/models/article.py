"""Articles: the long kind of post, and the drafts they are written in."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.blog.models.post import LONGEST_TITLE, Post
from innotter.pages.models import Page
from innotter.text.fields import LineField, ProseField

#: The longest article, in characters: a book of six hundred pages. `markdown` bounds the time of rendering.
LONGEST_ARTICLE = 1_000_000


class ArticleText(models.Model):
    """The text of an article, and how it is read. Its post holds the title and the beginning, which lists show."""

    post = models.OneToOneField(Post, models.CASCADE, primary_key=True, related_name="article")
    content = ProseField(_("text"))
    html = models.TextField(editable=False)
    headings = models.JSONField(default=list, editable=False)
    minutes = models.PositiveIntegerField(default=1, editable=False)
    #: Which version of the renderer has made the HTML.
    renderer = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        indexes = [models.Index(fields=["renderer"], name="article_of_renderer")]

    def __str__(self) -> str:
        return self.post.title


class Draft(models.Model):
    """A text that is being written, for its page's owner alone: a new article, or the next state of one."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="drafts")
    post = models.OneToOneField(Post, models.CASCADE, related_name="draft", null=True, blank=True)
    title = LineField(_("title"), max_length=LONGEST_TITLE, blank=True)
    content = ProseField(_("text"), blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        indexes = [models.Index(fields=["page", "-id"], name="draft_newest_of_page")]

    def __str__(self) -> str:
        return self.title or str(_("Untitled"))
