"""Letting people in to a private page, or not."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models.functions import Upper
from django.utils import timezone

from innotter.accounts.models import User
from innotter.errors import require
from innotter.events.services import record_all
from innotter.pages.events import FollowAccepted, FollowRejected, PageFollowed
from innotter.pages.models import Follow, FollowQuerySet, Page
from innotter.pages.permissions import can_edit_page


@transaction.atomic
def accept_requests(
    *, owner: User, page: Page, usernames: Sequence[str] | None = None, newest: int | None = None
) -> int:
    """Let in those who are named, or everybody who waits; says how many there were.

    Whoever has asked after the request `newest` was not seen by the owner, and is not meant by everybody.
    """
    require(can_edit_page(owner, page))
    return _let_in(_waiting(page, usernames, newest))


@transaction.atomic
def reject_requests(
    *, owner: User, page: Page, usernames: Sequence[str] | None = None, newest: int | None = None
) -> int:
    """Turn away those who are named, or everybody who waits and was seen. They may ask again; says how many."""
    require(can_edit_page(owner, page))
    rejected = list(_waiting(page, usernames, newest))
    record_all([FollowRejected(page_id=page.pk, follower_id=follow.follower_id) for follow in rejected])
    Follow.objects.filter(pk__in=[follow.pk for follow in rejected]).delete()
    return len(rejected)


@transaction.atomic
def let_everybody_in(*, page: Page) -> None:
    """Accept all who wait, because the page is no longer private: who is blocked, too, and may be let in again."""
    _let_in(Follow.objects.filter(page=page, status=Follow.Status.PENDING).select_for_update(of=("self",)))


def _waiting(page: Page, usernames: Sequence[str] | None, newest: int | None) -> FollowQuerySet:
    # Locked: of two who decide at the same moment, one does.
    waiting = Follow.objects.pending().filter(page=page).select_for_update(of=("self",))
    if usernames is None:
        return waiting if newest is None else waiting.filter(pk__lte=newest)
    named = [name.upper() for name in usernames if name.isascii()]  # In any case, as everywhere; all are ASCII.
    return waiting.alias(capitals=Upper("follower__username")).filter(capitals__in=named)


@transaction.atomic
def _let_in(waiting: FollowQuerySet) -> int:
    accepted = list(waiting)
    facts = [{"page_id": follow.page_id, "follower_id": follow.follower_id} for follow in accepted]
    record_all([event(**fact) for fact in facts for event in (FollowAccepted, PageFollowed)])
    Follow.objects.filter(pk__in=[follow.pk for follow in accepted]).update(
        status=Follow.Status.ACCEPTED, accepted_at=timezone.now()
    )
    return len(accepted)
