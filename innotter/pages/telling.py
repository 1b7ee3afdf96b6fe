"""The words for notifications about pages."""

from collections.abc import Mapping, Sequence
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from innotter.accounts.models import User
from innotter.notifications.kinds import Kind
from innotter.notifications.models import Notification
from innotter.notifications.tellers import Told, Wording, tells
from innotter.pages.models import Follow, Page


@tells(Kind.NEW_FOLLOWER, Kind.FOLLOW_REQUEST, Kind.REQUEST_ACCEPTED)
def tell_of_pages(viewer: User, notifications: Sequence[Notification]) -> Mapping[int, Wording]:
    """Of requests that wait, of those who follow still, and of pages that one was let into and may still read."""
    pages = Page.objects.findable_by(viewer).in_bulk([row.subject_id for row in notifications])
    let_into = [row.subject_id for row in notifications if row.kind == Kind.REQUEST_ACCEPTED]
    readable = set(Page.objects.readable_by(viewer).filter(pk__in=let_into).values_list("pk", flat=True))
    follows = Follow.objects.filter(
        page__in=pages, follower__in=[row.actor_id for row in notifications if row.actor_id]
    )
    states = {(page, person): status for page, person, status in follows.values_list("page", "follower", "status")}

    def stands(row: Notification) -> bool:
        if row.kind == Kind.REQUEST_ACCEPTED:
            return row.subject_id in readable
        status = states.get((row.subject_id, row.actor_id or 0))
        if row.kind == Kind.FOLLOW_REQUEST:
            return status == Follow.Status.PENDING
        return row.count > 1 or status is not None

    return {
        row.pk: partial(_words, row, pages[row.subject_id])
        for row in notifications
        if row.subject_id in pages and stands(row)
    }


def _words(row: Notification, page: Page) -> Told:
    names = {"page": page, "person": row.actor}
    if row.kind == Kind.FOLLOW_REQUEST:
        return Told(_("%(person)s asks to follow %(page)s") % names, reverse("pages:requests", args=[page.handle]))
    if row.kind == Kind.REQUEST_ACCEPTED:
        return Told(_("You can now read %(page)s") % names, page.get_absolute_url())
    return Told(_("%(person)s follows %(page)s") % names, reverse("pages:followers", args=[page.handle]))
