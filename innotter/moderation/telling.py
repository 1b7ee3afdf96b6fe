"""The words for what moderators decide about people."""

from collections.abc import Mapping, Sequence
from functools import partial

from django.template.defaultfilters import date
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from innotter.accounts.models import User
from innotter.audit.models import Action
from innotter.notifications.kinds import Kind
from innotter.notifications.models import Notification
from innotter.notifications.tellers import Told, Wording, tells

#: What people are told of.
TOLD = [Action.Verb.BLOCK_PAGE, Action.Verb.UNBLOCK_PAGE, Action.Verb.REMOVE_POST, Action.Verb.REMOVE_COMMENT]


@tells(Kind.MODERATION)
def tell_of_decisions(viewer: User, notifications: Sequence[Notification]) -> Mapping[int, Wording]:
    # What only another version does and tells of is passed over.
    known = Action.objects.filter(verb__in=TOLD)
    actions = known.in_bulk([row.subject_id for row in notifications])
    return {row.pk: partial(_words, action) for row in notifications if (action := actions.get(row.subject_id))}


def _words(action: Action) -> Told:
    names = {"about": action.about, "until": date(localtime(action.until), "DATETIME_FORMAT") if action.until else ""}
    sentence = {
        Action.Verb.BLOCK_PAGE: _("A moderator has blocked your page %(about)s until %(until)s")
        if action.until
        else _("A moderator has blocked your page %(about)s"),
        Action.Verb.UNBLOCK_PAGE: _("A moderator has unblocked your page %(about)s"),
        Action.Verb.REMOVE_POST: _("A moderator has removed a post of yours"),
        Action.Verb.REMOVE_COMMENT: _("A moderator has removed a comment of yours"),
    }[Action.Verb(action.verb)]
    quote = action.about if action.verb in {Action.Verb.REMOVE_POST, Action.Verb.REMOVE_COMMENT} else ""
    reason = _("Reason: %(reason)s") % {"reason": action.reason} if action.reason else ""
    return Told(sentence % names, "/notifications/", "\n".join(filter(None, [quote, reason])))
