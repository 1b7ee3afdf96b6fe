"""Following pages, and ceasing to."""

from django.db import transaction
from django.utils import timezone

from innotter import rows
from innotter.accounts.models import User
from innotter.errors import require
from innotter.events.services import record
from innotter.pages.events import FollowRequested, PageFollowed, PageUnfollowed
from innotter.pages.models import Follow, Page
from innotter.pages.permissions import can_edit_page, can_follow_page


@transaction.atomic
def follow_page(*, follower: User, page: Page) -> Follow:
    """Follow a page, or ask to follow a private one. Following twice changes nothing."""
    page = rows.hold(Page.objects.select_related("owner"), page.pk)
    require(can_follow_page(follower, page))
    status = Follow.Status.PENDING if page.is_private else Follow.Status.ACCEPTED
    wish = {"status": status, "accepted_at": None if page.is_private else timezone.now()}
    follow, is_new = Follow.objects.get_or_create(page=page, follower=follower, defaults=wish)
    if is_new:
        event = FollowRequested if page.is_private else PageFollowed
        record(event(page_id=page.pk, follower_id=follower.pk))
    return follow


@transaction.atomic
def unfollow_page(*, follower: User, page: Page) -> None:
    """Follow a page no longer, or withdraw the wish to. Doing it twice changes nothing."""
    _cease(follower, page)


@transaction.atomic
def remove_follower(*, owner: User, page: Page, follower: User) -> None:
    """Send somebody away from one's page. They may follow, or ask, again; doing it twice changes nothing."""
    require(can_edit_page(owner, page))
    _cease(follower, page)


@transaction.atomic
def _cease(follower: User, page: Page) -> None:
    follow = Follow.objects.select_for_update().filter(page=page, follower=follower).first()
    if follow:
        follow.delete()
        was_follower = follow.status == Follow.Status.ACCEPTED
        record(PageUnfollowed(page_id=page.pk, follower_id=follower.pk, was_follower=was_follower))
