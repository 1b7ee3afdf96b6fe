"""What the e-mails of notifications are asked before they are sent."""

from collections.abc import Mapping
from typing import Any

from django.utils.dateparse import parse_datetime

from innotter.accounts.models import User
from innotter.mail.services import asked_before_sending
from innotter.notifications.models import Notification
from innotter.notifications.services import channels_of
from innotter.notifications.tellers import is_reachable, words_for


@asked_before_sending("notification")
def address_for(about: Mapping[str, Any]) -> str:
    """Its reader's, if they may still read what an e-mail tells of, and want e-mails of its kind."""
    reader = User.objects.filter(pk=about["reader"]).first()
    if reader is None or not is_reachable(reader):
        return ""
    if not channels_of(people=[reader], kind=about["kind"])[reader.pk].by_email:
        return ""
    actor = User.objects.filter(pk=about["actor"]).first()
    row = Notification(recipient=reader, kind=about["kind"], subject_id=about["subject"], actor=actor, event_id=0)
    if at := parse_datetime(about.get("at") or ""):
        row.since = row.created_at = at
    return reader.email if words_for(row) else ""
