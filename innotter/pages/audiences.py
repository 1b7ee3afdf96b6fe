"""Whose the events of pages are: of whoever owns the page now."""

from innotter.pages import events
from innotter.pages.models import Page
from innotter.webhooks.registry import Audience, audience, users

PageEvent = (
    events.PageCreated
    | events.PageEdited
    | events.PageBlocked
    | events.PageUnblocked
    | events.PageFollowed
    | events.FollowRequested
    | events.FollowAccepted
    | events.FollowRejected
    | events.PageUnfollowed
    | events.PageViewed
    | events.PageLostReplies
)


@audience(
    events.PageCreated,
    events.PageEdited,
    events.PageBlocked,
    events.PageUnblocked,
    events.PageFollowed,
    events.FollowRequested,
    events.FollowAccepted,
    events.FollowRejected,
    events.PageUnfollowed,
    events.PageViewed,
    events.PageLostReplies,
)
def of_owner(event: PageEvent) -> Audience:
    return users(Page.objects.filter(pk=event.page_id).values_list("owner", flat=True))


@audience(events.PageDeleted)
def of_last_owner(event: events.PageDeleted) -> Audience:
    """The page is gone: the event says whose it was."""
    return users([event.owner_id])
