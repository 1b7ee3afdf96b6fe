"""Whose a handle is: people and pages share one namespace, and one that was given up leads on to its page."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import User
from innotter.accounts.models.user import IN_GOOD_STANDING
from innotter.errors import Invalid
from innotter.pages.models import FormerHandle, Page
from innotter.rows import hold_name

#: For how long a handle that was given up is kept from others, who would be taken for the page that had it.
KEPT = timedelta(days=90)
#: Of one page, the last so many: nobody keeps all good names from others.
MOST = 5


def take_handle(*, page: Page) -> None:
    """Claim the handle of a page that was just written: in its transaction, so that nobody is between the two.

    Raises `Invalid` where another page has given it up not long ago, and where somebody else is called so.
    """
    hold_name(page.handle)
    former = FormerHandle.objects.filter(handle=page.handle)
    namesakes = User.objects.filter(IN_GOOD_STANDING, username__iexact=page.handle).exclude(pk=page.owner_id)
    if former.exclude(page=page).filter(given_up_at__gt=timezone.now() - KEPT).exists() or namesakes.exists():
        raise Invalid(handle=_("This handle is taken. Choose another."))
    former.delete()


def give_up_handle(*, page: Page, handle: str) -> None:
    """Let a handle that a page had lead on to it."""
    FormerHandle.objects.update_or_create(handle=handle, defaults={"page": page, "given_up_at": timezone.now()})
    latest = list(page.former_handles.order_by("-given_up_at", "-pk").values_list("pk", flat=True)[:MOST])
    page.former_handles.exclude(pk__in=latest).delete()
