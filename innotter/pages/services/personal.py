"""The page that everybody has from the start, under their own name: who they are where they choose no other."""

import re
import secrets
from collections.abc import Collection
from contextlib import suppress

from django.db import transaction
from django.db.models import Case, When
from django.utils import timezone

from innotter import rows
from innotter.accounts.models import User
from innotter.database.portions import in_portions
from innotter.errors import Invalid, require
from innotter.pages.models import LONGEST_HANDLE, RESERVED_HANDLES, FormerHandle, Page
from innotter.pages.permissions import can_edit_page
from innotter.pages.services.editing import create_page, edit_page
from innotter.pages.services.handles import KEPT


def handle_for(*, username: str) -> str:
    """The handle that a username is where it is free: handles know neither capitals nor dots."""
    handle = re.sub(r"\.+", "-", username.lower())
    return handle if len(handle) > 1 else f"{handle}-page"


@transaction.atomic
def give_personal_page(*, owner: User) -> Page:
    """The personal page of somebody: the one they have, or else their first one, or else a new one."""
    owner = rows.hold(User.objects.all(), owner.pk)
    is_named_so = Case(When(handle=handle_for(username=owner.username), then=0), default=1)
    page = Page.objects.filter(owner=owner).order_by("-is_personal", is_named_so, "pk").first()
    if page is None:
        return _new_page(owner)
    if not page.is_personal:
        Page.objects.filter(pk=page.pk).update(is_personal=True)
        page.is_personal = True
    return page


def _new_page(owner: User) -> Page:
    for handle in _handles_like(handle_for(username=owner.username)):
        try:
            return create_page(
                owner=owner, name=str(owner), handle=handle, is_private=owner.starts_private, is_personal=True
            )
        except Invalid:  # It is somebody else's.
            continue
    raise RuntimeError(f"No handle is free for {owner.username}.")


def _handles_like(handle: str) -> list[str]:
    stem = handle[: LONGEST_HANDLE - 8].rstrip("-_")
    handles = [handle, *(f"{stem}-{number}" for number in range(2, 10)), f"{stem}-{secrets.randbelow(10**7)}"]
    return [handle for handle in handles if handle not in RESERVED_HANDLES]


def rename_personal_page(*, owner: User, former: str) -> None:
    """Let somebody's page follow their username, if it was called so, and nothing else is."""
    wanted, before = handle_for(username=owner.username), handle_for(username=former)
    page = Page.objects.filter(owner=owner, is_personal=True, handle=before).first()
    if page is None or wanted in {before, *RESERVED_HANDLES}:
        return
    name = str(owner) if page.name == former else None
    with suppress(Invalid):  # It is another page's, or what somebody else is called.
        edit_page(owner=owner, page=page, handle=wanted, name=name)


def names_of_pages(*, names: Collection[str], person: User) -> set[str]:
    """Those of these usernames under which a page of somebody else is found, or was not long ago."""
    handles = {handle_for(username=name): name for name in names}
    pages = Page.objects.filter(handle__in=list(handles)).exclude(owner_id=person.pk)
    former = FormerHandle.objects.filter(handle__in=list(handles), given_up_at__gt=timezone.now() - KEPT)
    taken = pages.values_list("handle").union(former.exclude(page__owner_id=person.pk).values_list("handle"))
    return {handles[handle] for (handle,) in taken}


def give_everybody_a_page() -> None:
    """Give a personal page to all who may act and have none, such as those who came before there were any."""
    without = User.objects.filter(email_verified_at__isnull=False).exclude(pages__is_personal=True)
    for person in in_portions(without.order_by("pk"), size=1000):
        give_personal_page(owner=person)


@transaction.atomic
def choose_personal_page(*, owner: User, page: Page) -> None:
    """Make another of one's pages the personal one. The one that is it already stays it."""
    rows.hold(User.objects.all(), owner.pk)
    page = rows.hold(Page.objects.all(), page.pk)
    require(can_edit_page(owner, page))
    Page.objects.filter(owner=owner, is_personal=True).exclude(pk=page.pk).update(is_personal=False)
    Page.objects.filter(pk=page.pk).update(is_personal=True)
