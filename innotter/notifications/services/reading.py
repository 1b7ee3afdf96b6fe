"""What becomes of notifications once they are there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple, cast

from django.db import transaction
from django.utils import timezone

from innotter.accounts.models import User
from innotter.database.prepared import fetch
from innotter.notifications.models import Notification
from innotter.notifications.tellers import count_told

#: How long notifications are kept, read or not.
KEPT = timedelta(days=365)
#: Forgotten in portions, so that no statement holds many rows at once.
PORTION = 5000
#: What decides whether a notification says something: a hundred are read for the bell of each page.
_UNREAD = """
    SELECT row.id, kind, subject_id, count, since, row.created_at, actor.id, actor.is_blocked
    FROM notifications_notification AS row LEFT JOIN accounts_user AS actor ON actor.id = row.actor_id
    WHERE recipient_id = %(recipient)s AND read_at IS NULL ORDER BY row.id DESC LIMIT {most}
"""


class Doer(NamedTuple):
    is_blocked: bool


@dataclass(slots=True)
class Unread:
    """All that tellers ask a notification for before they word it."""

    pk: int
    kind: str
    subject_id: int
    count: int
    since: datetime | None
    created_at: datetime
    actor_id: int | None
    is_blocked: bool | None

    @property
    def actor(self) -> Doer | None:
        return None if self.is_blocked is None else Doer(self.is_blocked)


@transaction.atomic
def mark_read(*, recipient: User, ids: Sequence[int] | None = None, newest: int | None = None) -> None:
    """Note that a person has seen some of their notifications, or all, or all up to the newest that they were shown.

    Those of others stay as they are.
    """
    unread = Notification.objects.of(recipient).unread()
    if ids is not None:
        unread = unread.filter(pk__in=ids)
    if newest is not None:
        unread = unread.filter(pk__lte=newest)
    unread.update(read_at=timezone.now())


def count_unread(*, recipient: User, most: int) -> int:
    """How many unread notifications say something to their reader, counted up to `most`.

    What they may not read (any more) is not shown, and so not counted either.
    """
    rows = [Unread(*row) for row in fetch(_unread(most), {"recipient": recipient.pk})]
    return count_told(recipient, cast("list[Notification]", rows))


@cache
def _unread(most: int) -> str:
    return _UNREAD.format(most=most)


def forget_about(*, kinds: Sequence[str], subject_id: int) -> None:
    """Drop the notifications about a thing that is gone."""
    Notification.objects.filter(kind__in=kinds, subject_id=subject_id).delete()


def forget_old() -> None:
    """Drop what is so old that nobody scrolls down to it."""
    old = Notification.objects.filter(created_at__lt=timezone.now() - KEPT).order_by("created_at")
    while Notification.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:PORTION])).delete()[0]:
        pass
