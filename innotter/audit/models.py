"""The audit log: what moderators and admins do."""

from datetime import MAXYEAR
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.text.fields import LineField, ProseField

LONGEST_REASON = 500


class Action(models.Model):
    """Somebody has used the power of their role: on what, when and why. The database lets nobody alter it."""

    class Verb(models.TextChoices):
        BLOCK_PAGE = "block_page", _("blocked the page")
        UNBLOCK_PAGE = "unblock_page", _("unblocked the page")
        REMOVE_POST = "remove_post", _("removed the post")
        REMOVE_COMMENT = "remove_comment", _("removed the comment")
        HIDE_COMMENT = "hide_comment", _("hid the comment")
        SHOW_COMMENT = "show_comment", _("unhid the comment")
        BLOCK_USER = "block_user", _("blocked the person")
        UNBLOCK_USER = "unblock_user", _("unblocked the person")
        PAUSE_QUEUE = "pause_queue", _("paused the queue of")
        RESUME_QUEUE = "resume_queue", _("resumed the queue of")
        CHANGE_ROLE = "change_role", _("changed the role of")
        EDIT_SITE = "edit_site", _("changed of the site")
        DISMISS_REPORT = "dismiss_report", _("dismissed a report about")

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="actions", verbose_name=_("moderator")
    )
    verb = models.CharField(_("action"), max_length=20, choices=Verb)
    #: The id of the page, post, comment or person; of a queue, which has none, nothing.
    subject_id = models.BigIntegerField(_("number"))
    #: What it was, in the words of then: a page's name, the beginning of a post, a username.
    about = LineField(_("about"), max_length=200, cuts=True)
    reason = ProseField(_("reason"), max_length=LONGEST_REASON, blank=True)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)

    class Meta:
        db_table = "accounts_action"  # Where it was made, with the trigger that keeps it as it is.
        verbose_name = _("action")
        verbose_name_plural = _("actions")

    def __str__(self) -> str:
        return f"{self.actor} {self.get_verb_display()} {self.about}"

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        """Read a block until the end of the calendar as one for ever.

        East of Greenwich that day has no date, which would take the whole log down; and no line can be altered.
        """
        action = super().from_db(*args, **kwargs)
        if "until" in action.__dict__ and action.until and action.until.year == MAXYEAR:
            action.until = None
        return action
