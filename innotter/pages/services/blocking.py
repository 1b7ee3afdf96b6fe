"""Taking pages out of sight, and bringing them back."""

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User
from innotter.audit.models import Action
from innotter.audit.services import log_action
from innotter.errors import Invalid, require
from innotter.events.services import record
from innotter.pages.events import PageBlocked, PageUnblocked
from innotter.pages.models import Page
from innotter.pages.permissions import can_block_page

#: Who blocks for longer means for ever, or has mistyped the year.
FURTHEST = timedelta(days=3653)
#: Nobody waits that long. It is the first moment of the day: in every time zone it has a date.
FOR_EVER = datetime(9999, 12, 31, tzinfo=UTC)


@transaction.atomic
def block_page(*, moderator: User, page: Page, until: datetime | None = None, reason: str = "") -> Page:
    """Take a page out of everybody's sight but its owner's and the moderators': until a time, or for ever.

    A page that is blocked already gets the new time.
    """
    require(can_block_page(moderator, page))
    if until is not None and until <= timezone.now():
        raise Invalid(until=_("Choose a time in the future."))
    if until is not None and until > timezone.now() + FURTHEST:
        raise Invalid(until=_("This is more than ten years ahead."))
    page = rows.hold(Page.objects.select_related("owner"), page.pk)
    page.blocked_until = until or FOR_EVER
    page.save(update_fields=["blocked_until"])
    action = log_action(
        actor=moderator,
        verb=Action.Verb.BLOCK_PAGE,
        subject_id=page.pk,
        about=f"@{page.handle}",
        reason=reason,
        until=until,
    )
    record(PageBlocked(page_id=page.pk, action_id=action.pk))
    return page


@transaction.atomic
def unblock_page(*, moderator: User, page: Page, reason: str = "") -> Page:
    """Bring a page back. One that is not blocked stays as it is."""
    require(can_block_page(moderator, page))
    if Page.objects.filter(pk=page.pk, blocked_until__gt=timezone.now()).update(blocked_until=None):
        action = log_action(
            actor=moderator,
            verb=Action.Verb.UNBLOCK_PAGE,
            subject_id=page.pk,
            about=f"@{page.handle}",
            reason=reason,
        )
        record(PageUnblocked(page_id=page.pk, action_id=action.pk))
    page.blocked_until = None
    return page
