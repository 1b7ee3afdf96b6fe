"""What follows from what happens: people are told of pages, and everybody has one."""

from collections.abc import Collection

from innotter.accounts.models import User
from innotter.accounts.registry import claimed_names, on_admission, on_renaming
from innotter.events.domain import subscribe
from innotter.notifications.kinds import Kind
from innotter.notifications.services import forget_about, notify
from innotter.pages.events import FollowAccepted, FollowRequested, PageDeleted, PageFollowed
from innotter.pages.models import Page
from innotter.pages.services import give_personal_page, names_of_pages, rename_personal_page

ABOUT_PAGES = [Kind.NEW_FOLLOWER, Kind.FOLLOW_REQUEST, Kind.REQUEST_ACCEPTED]


def _people_of(event: PageFollowed | FollowRequested | FollowAccepted) -> tuple[Page, User] | None:
    page = Page.objects.select_related("owner").filter(pk=event.page_id).first()
    follower = User.objects.filter(pk=event.follower_id).first()
    return (page, follower) if page and follower else None


@subscribe(PageFollowed, name="pages.tell_owner_of_new_follower")
def tell_owner_of_new_follower(event: PageFollowed) -> None:
    """The owner of a private page has let them in, and knows."""
    if (found := _people_of(event)) and not found[0].is_private:
        page, follower = found
        notify(
            recipient=page.owner,
            kind=Kind.NEW_FOLLOWER,
            event_id=event.event_id,
            subject_id=page.pk,
            actor=follower,
        )


@subscribe(FollowRequested, name="pages.tell_owner_of_request")
def tell_owner_of_request(event: FollowRequested) -> None:
    if found := _people_of(event):
        page, follower = found
        notify(
            recipient=page.owner,
            kind=Kind.FOLLOW_REQUEST,
            event_id=event.event_id,
            subject_id=page.pk,
            actor=follower,
        )


@subscribe(FollowAccepted, name="pages.tell_follower_that_they_are_let_in")
def tell_follower_that_they_are_let_in(event: FollowAccepted) -> None:
    if found := _people_of(event):
        page, follower = found
        notify(recipient=follower, kind=Kind.REQUEST_ACCEPTED, event_id=event.event_id, subject_id=page.pk)


@subscribe(PageDeleted, name="pages.forget_what_was_told_of_the_page")
def forget_what_was_told_of_the_page(event: PageDeleted) -> None:
    forget_about(kinds=ABOUT_PAGES, subject_id=event.page_id)


@on_admission.answered_by
def give_them_a_page(user: User) -> None:
    give_personal_page(owner=user)


@on_renaming.answered_by
def let_their_page_follow(user: User, former: str) -> None:
    rename_personal_page(owner=user, former=former)


@claimed_names.answered_by
def say_which_names_pages_have(names: Collection[str], user: User) -> set[str]:
    return names_of_pages(names=names, person=user)
