"""What the e-mails of notifications are asked before they are sent."""

from collections.abc import Mapping
from typing import Any

from django.utils.dateparse import parse_datetime

from innotter.accounts.models import User
from innotter.mail.services import asked_before_sending
from innotter.notifications.kinds import Kind
from innotter.notifications.models import Notification
from innotter.notifications.services import channels_of, said_in, write_anew
from innotter.notifications.tellers import is_reachable, words_for

#: An e-mail is not written again for ever, whatever changes: the last draft is sent as it is.
MOST_DRAFTS = 5


@asked_before_sending("notification")
def address_for(about: Mapping[str, Any]) -> str:
    """Its reader's, if they may still read what an e-mail tells of, and want e-mails of its kind.

    If that says something else by now, a post that was edited, it is written again as it is.
    """
    if about["kind"] not in Kind.values:
        raise LookupError(f"Nobody knows what “{about['kind']}” tells of.")  # Another version does.
    reader = User.objects.filter(pk=about["reader"]).first()
    if reader is None or not is_reachable(reader):
        return ""
    if not channels_of(people=[reader], kind=about["kind"])[reader.pk].by_email:
        return ""
    actor = User.objects.filter(pk=about["actor"]).first()
    row = Notification(recipient=reader, kind=about["kind"], subject_id=about["subject"], actor=actor, event_id=0)
    if at := parse_datetime(about.get("at") or ""):
        row.since = row.created_at = at
    words = words_for(row)
    if not words:
        return ""
    # An e-mail of the version before does not know what it says.
    if "said" in about and about["said"] != said_in(words=words) and about["draft"] < MOST_DRAFTS:
        write_anew(row=row, words=words, about=about)
        return ""
    return str(reader.email)
