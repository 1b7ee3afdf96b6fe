"""The e-mails of notifications: written once, and again when they would say something else by now."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse

from innotter.mail.services import Letter, send_mails
from innotter.notifications.kinds import DONE_AGAIN, Kind
from innotter.notifications.models import Notification
from innotter.notifications.tellers import Told
from innotter.notifications.unsubscribing import unsubscribe_token


def said_in(*, words: Told) -> str:
    """By what it is known whether an e-mail says what would be said now."""
    # Not where it leads: a signed link is another one every second.
    text = f"{words.sentence}\n{words.quote}"
    return hashlib.sha256(text.encode()).hexdigest()


def write_anew(*, row: Notification, words: Told, about: Mapping[str, Any]) -> None:
    """Write an e-mail again whose words have changed, with another key: the one that says what was said has the old."""
    send_mails(letters=[letter_of(row=row, words=words, key=about["key"], draft=about["draft"] + 1)])


def letter_of(*, row: Notification, words: Told, key: str, draft: int = 1) -> Letter:
    """The e-mail of a notification, which its reader can refuse by its kind."""
    token = unsubscribe_token(row.recipient, row.kind)
    return Letter(
        key=f"{key}/{draft}" if draft > 1 else key,
        to=row.recipient.email,
        template="notifications/mail/notification",
        context={"person": row.recipient, "words": words, "kind": Kind(row.kind).label},
        language=row.recipient.language,
        unsubscribe_url=settings.SITE_URL + reverse("notifications:unsubscribe", args=[token]),
        again=row.kind in DONE_AGAIN,
        about=(
            "notification",
            {
                "reader": row.recipient_id,
                "kind": row.kind,
                "subject": row.subject_id,
                "actor": row.actor_id,
                "at": row.since and row.since.isoformat(),
                "said": said_in(words=words),
                "key": key,
                "draft": draft,
            },
        ),
    )
