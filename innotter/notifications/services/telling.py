"""Telling people: in the app, by e-mail, or not at all, as they have chosen."""

from collections.abc import Sequence
from itertools import groupby

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone, translation

from innotter.accounts.models import User
from innotter.mail.services import Letter, send_mails
from innotter.notifications.kinds import MAILED_TOGETHER
from innotter.notifications.models import Notification
from innotter.notifications.services.choosing import channels_of
from innotter.notifications.telling import Told, told
from innotter.notifications.unsubscribing import unsubscribe_token


def notify(*, recipient: User, kind: str, event_id: int, subject_id: int, actor: User | None = None) -> None:
    """Tell one person of an event, once. Nobody is told of what they did themself."""
    if actor != recipient:
        notify_all(recipients=[recipient], kind=kind, event_id=event_id, subject_id=subject_id, actor=actor)


@transaction.atomic
def notify_all(
    *,
    recipients: Sequence[User],
    kind: str,
    event_id: int,
    subject_id: int,
    actor: User | None = None,
    mail_key: str = "",
) -> None:
    """Tell people of an event, each once, in a number of statements that does not grow with theirs.

    All of them may read what it is about, or none. `mail_key` is what the keys of the e-mails begin with.
    """
    channels = channels_of(people=_reachable(recipients), kind=kind)
    rows = [
        Notification(recipient=person, kind=kind, subject_id=subject_id, actor=actor, event_id=event_id)
        for person in recipients
        if person.pk in channels
    ]
    Notification.objects.bulk_create(
        [row for row in rows if channels[row.recipient_id].in_app], ignore_conflicts=True, batch_size=1000
    )
    by_email = [row for row in rows if channels[row.recipient_id].by_email and kind not in MAILED_TOGETHER]
    send_mails(letters=_letters(by_email, mail_key or f"notification/{event_id}"))


@transaction.atomic
def notify_together(*, recipient: User, kind: str, event_id: int, subject_id: int, actor: User | None = None) -> None:
    """Tell of something that happens often: as long as it is unread, one notification counts for all of the same."""
    if actor == recipient:
        return
    # Of two that happen at the same moment, the second finds the first.
    User.objects.select_for_update(no_key=True).get(pk=recipient.pk)
    before = Notification.objects.of(recipient).unread().filter(kind=kind, subject_id=subject_id).first()
    if before is None:
        notify(recipient=recipient, kind=kind, event_id=event_id, subject_id=subject_id, actor=actor)
        return
    before.delete()
    Notification.objects.create(
        recipient=recipient,
        kind=kind,
        subject_id=subject_id,
        actor=actor,
        count=before.count + 1,
        event_id=event_id,
    )


@transaction.atomic
def take_one_back(*, recipient: User, kind: str, subject_id: int) -> None:
    """Of what is told together, one has been taken back before it was read."""
    unread = Notification.objects.of(recipient).unread().filter(kind=kind, subject_id=subject_id)
    if not unread.filter(count__gt=1).update(count=F("count") - 1):
        unread.delete()


def _reachable(people: Sequence[User]) -> list[User]:
    return [person for person in people if person.is_active and person.is_email_verified]


def _letters(rows: Sequence[Notification], key: str) -> list[Letter]:
    """An e-mail for each: the words are found once for each language."""
    rows = sorted(rows, key=lambda row: row.recipient.language)
    letters = []
    for language, group in groupby(rows, key=lambda row: row.recipient.language):
        same = list(group)
        # Not in the database, when it is not for the app: any number stands for it.
        sample = Notification(pk=0, created_at=timezone.now(), **_facts(same[0]))
        with translation.override(language):
            words = told(same[0].recipient, [sample]).get(0)
        letters += [_letter(row, words, f"{key}/{row.recipient_id}") for row in same] if words else []
    return letters


def _facts(row: Notification) -> dict[str, object]:
    fields = ("recipient", "kind", "subject_id", "actor", "count", "event_id")
    return {field: getattr(row, field) for field in fields}


def _letter(row: Notification, words: Told, key: str) -> Letter:
    token = unsubscribe_token(row.recipient, row.kind)
    return Letter(
        key=key,
        to=row.recipient.email,
        template="notifications/mail/notification",
        context={"person": row.recipient, "words": words, "kind": row.get_kind_display()},
        language=row.recipient.language,
        unsubscribe_url=settings.SITE_URL + reverse("notifications:unsubscribe", args=[token]),
    )
