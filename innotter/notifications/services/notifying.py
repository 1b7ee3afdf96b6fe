"""Telling people: in the app, by e-mail, or not at all, as they have chosen."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils import timezone

from innotter import rows
from innotter.accounts.models import User
from innotter.mail.services import send_mails
from innotter.notifications.kinds import DONE_AGAIN, MAILED_TOGETHER, SAME_FOR_ALL
from innotter.notifications.models import Notification
from innotter.notifications.services.choosing import channels_of
from innotter.notifications.services.mailing import letter_of
from innotter.notifications.tellers import Told, is_reachable, words_for

#: How many of its readers are asked for, before nobody is told of what none of them may read.
MOST_ASKED = 5


@transaction.atomic
def notify(
    *,
    recipient: User,
    kind: str,
    event_id: int,
    subject_id: int,
    actor: User | None = None,
    at: datetime | None = None,
) -> None:
    """Tell one person of an event, once. Nobody is told of what they did themself.

    Of what somebody takes back and does again, the newest is told, and by one e-mail a day: else anybody could fill a
    mailbox with it.
    """
    if actor == recipient:
        return
    mail_key = ""
    if kind in DONE_AGAIN and actor:
        before = Notification.objects.of(recipient).filter(kind=kind, subject_id=subject_id, actor=actor)
        before.exclude(event_id=event_id).delete()
        mail_key = f"{kind}/{subject_id}/{actor.pk}/{timezone.now().date()}"
    facts: dict[str, Any] = {"event_id": event_id, "subject_id": subject_id, "actor": actor, "at": at}
    notify_all(recipients=[recipient], kind=kind, mail_key=mail_key, **facts)


@transaction.atomic
def notify_all(
    *,
    recipients: Sequence[User],
    kind: str,
    event_id: int,
    subject_id: int,
    actor: User | None = None,
    mail_key: str = "",
    at: datetime | None = None,
) -> None:
    """Tell people of an event, each once.

    Each in their own words: who may not read what it is about is not told at all. Of a new post the words are the same
    for everybody who follows the page, so the number of statements does not grow with theirs. `mail_key` is what the
    keys of the e-mails begin with.
    """
    people = _reachable(recipients)
    channels = channels_of(people=people, kind=kind)
    facts = {"kind": kind, "subject_id": subject_id, "actor": actor, "event_id": event_id}
    facts |= {"since": at, "created_at": at or timezone.now()}
    rows = [Notification(recipient=person, **facts) for person in people]
    found = _words_for_all(rows) if kind in SAME_FOR_ALL else {row.recipient_id: words_for(row) for row in rows}
    words = {pk: told for pk, told in found.items() if told}
    rows = [row for row in rows if row.recipient_id in words]
    Notification.objects.bulk_create(
        [row for row in rows if channels[row.recipient_id].in_app], ignore_conflicts=True, batch_size=1000
    )
    by_email = [row for row in rows if channels[row.recipient_id].by_email and kind not in MAILED_TOGETHER]
    key = mail_key or f"notification/{event_id}"
    send_mails(
        letters=[letter_of(row=row, words=words[row.recipient_id], key=f"{key}/{row.recipient_id}") for row in by_email]
    )


@transaction.atomic
def notify_together(
    *,
    recipient: User,
    kind: str,
    event_id: int,
    subject_id: int,
    actor: User | None = None,
    at: datetime | None = None,
) -> None:
    """Tell of something that happens often: as long as it is unread, one notification counts for all of the same.

    `at` is when it was done, for a teller that asks who of them stands (`doers_of`).
    """
    if actor == recipient:
        return
    # Of two that happen at the same moment, the second finds the first.
    rows.hold(User.objects.all(), recipient.pk)
    before = Notification.objects.of(recipient).unread().filter(kind=kind, subject_id=subject_id).first()
    if before is None:
        notify(recipient=recipient, kind=kind, event_id=event_id, subject_id=subject_id, actor=actor, at=at)
        return
    again = Notification(recipient=recipient, kind=kind, subject_id=subject_id, actor=actor, event_id=event_id)
    again.since, again.created_at = at, at or again.created_at
    if not words_for(again):
        return
    before.delete()
    again.count = before.count + 1
    again.since = min(before.since, at) if before.since and at else None
    again.created_at = max(before.created_at, again.created_at)
    again.save(force_insert=True)


@transaction.atomic
def take_one_back(
    *, recipient: User, kind: str, subject_id: int, newest_left: Callable[[Notification], User | None]
) -> None:
    """Of what is told together, one has been taken back: where it was unread and nobody is left, nothing is told."""
    rows.hold(User.objects.all(), recipient.pk)
    for row in Notification.objects.of(recipient).unread().filter(kind=kind, subject_id=subject_id):
        if newest := newest_left(row):
            row.count, row.actor = max(row.count - 1, 1), newest
            row.save(update_fields=["count", "actor"])
        else:
            row.delete()


def _reachable(people: Sequence[User]) -> list[User]:
    return [person for person in people if is_reachable(person)]


def _words_for_all(rows: Sequence[Notification]) -> dict[int, Told | None]:
    """The same words for all of a language, found once; for the first of its readers who may read it."""
    words: dict[int, Told | None] = {}
    for _language, group in groupby(sorted(rows, key=_language_of), key=_language_of):
        same = list(group)
        found = next(filter(None, map(words_for, same[:MOST_ASKED])), None)
        words |= dict.fromkeys([row.recipient_id for row in same], found)
    return words


def _language_of(row: Notification) -> str:
    return row.recipient.language
