"""The words for notifications about pages."""

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from innotter.accounts.models import User
from innotter.notifications.kinds import Kind
from innotter.notifications.models import Notification
from innotter.notifications.tellers import Told, tells
from innotter.pages.models import Page


@tells(Kind.NEW_FOLLOWER, Kind.FOLLOW_REQUEST, Kind.REQUEST_ACCEPTED)
def tell_of_pages(viewer: User, notifications: Sequence[Notification]) -> Mapping[int, Told]:
    pages = Page.objects.findable_by(viewer).in_bulk([row.subject_id for row in notifications])
    return {row.pk: _words(row, pages[row.subject_id]) for row in notifications if row.subject_id in pages}


def _words(row: Notification, page: Page) -> Told:
    names = {"page": page, "person": row.actor}
    if row.kind == Kind.FOLLOW_REQUEST:
        return Told(_("%(person)s asks to follow %(page)s") % names, reverse("pages:requests", args=[page.handle]))
    if row.kind == Kind.REQUEST_ACCEPTED:
        return Told(_("You can now read %(page)s") % names, page.get_absolute_url())
    return Told(_("%(person)s follows %(page)s") % names, reverse("pages:followers", args=[page.handle]))
