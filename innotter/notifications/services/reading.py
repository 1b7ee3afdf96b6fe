"""What becomes of notifications once they are there."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from innotter.accounts.models import User
from innotter.notifications.models import Notification
from innotter.notifications.tellers import count_told

#: How long notifications are kept, read or not.
KEPT = timedelta(days=365)
#: Forgotten in portions, so that no statement holds many rows at once.
PORTION = 5000
#: What decides whether a notification says something: a hundred rows are read for the bell of each page.
_COUNTED = ("kind", "subject_id", "count", "since", "created_at", "actor__is_blocked")


@transaction.atomic
def mark_read(*, recipient: User, ids: Sequence[int] | None = None) -> None:
    """Note that a person has seen some of their notifications, or all. Those of others stay as they are."""
    unread = Notification.objects.of(recipient).unread()
    if ids is not None:
        unread = unread.filter(pk__in=ids)
    unread.update(read_at=timezone.now())


def count_unread(*, recipient: User, most: int) -> int:
    """How many unread notifications say something to their reader, counted up to `most`.

    What they may not read (any more) is not shown, and so not counted either.
    """
    unread = Notification.objects.of(recipient).unread().select_related("actor").only(*_COUNTED).order_by("-pk")
    return count_told(recipient, unread[:most])


def forget_about(*, kinds: Sequence[str], subject_id: int) -> None:
    """Drop the notifications about a thing that is gone."""
    Notification.objects.filter(kind__in=kinds, subject_id=subject_id).delete()


def forget_old() -> None:
    """Drop what is so old that nobody scrolls down to it."""
    old = Notification.objects.filter(created_at__lt=timezone.now() - KEPT).order_by("created_at")
    while Notification.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:PORTION])).delete()[0]:
        pass
