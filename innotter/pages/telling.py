"""The words for notifications about pages."""

from collections.abc import Mapping, Sequence
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from innotter.accounts.models import User
from innotter.database.late import Later, later
from innotter.notifications.kinds import Kind
from innotter.notifications.models import Notification
from innotter.notifications.tellers import Told, Wording, tells
from innotter.pages.models import Follow, Page
from innotter.pages.queries import found_pages


@tells(Kind.NEW_FOLLOWER, Kind.FOLLOW_REQUEST, Kind.REQUEST_ACCEPTED)
def tell_of_pages(viewer: User, notifications: Sequence[Notification]) -> Mapping[int, Wording]:
    """Of requests that wait, of those who follow still, and of pages that one was let into and may still read."""
    found = found_pages({row.subject_id for row in notifications}, viewer)
    follows = Follow.objects.filter(
        page__in=found, follower__in=[row.actor_id for row in notifications if row.actor_id]
    )
    states = {(page, person): status for page, person, status in follows.values_list("page", "follower", "status")}

    def stands(row: Notification) -> bool:
        if row.kind == Kind.REQUEST_ACCEPTED:
            return found[row.subject_id]
        status = states.get((row.subject_id, row.actor_id or 0))
        if row.kind == Kind.FOLLOW_REQUEST:
            return status == Follow.Status.PENDING
        return row.count > 1 or status is not None

    pages = later(Page.objects.all(), found)
    return {row.pk: partial(_words, row, pages) for row in notifications if row.subject_id in found and stands(row)}


def _words(row: Notification, pages: Later[Page]) -> Told | None:
    if (page := pages().get(row.subject_id)) is None:
        return None
    names = {"page": page, "person": row.actor}
    if row.kind == Kind.FOLLOW_REQUEST:
        return Told(_("%(person)s asked to follow %(page)s") % names, reverse("pages:requests", args=[page.handle]))
    if row.kind == Kind.REQUEST_ACCEPTED:
        return Told(_("You can now read %(page)s") % names, page.get_absolute_url())
    return Told(_("%(person)s followed %(page)s") % names, reverse("pages:followers", args=[page.handle]))
