"""A parameter of several handlers: one of the owner's pages."""

from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import Field

from innotter.accounts.models import User
from innotter.jobs.registry import Choices, GiveUp, Run, choices
from innotter.pages.models import Page
from innotter.pages.permissions import can_edit_page

OwnPage = Annotated[str, Field(title=gettext_noop("Page"), max_length=30, json_schema_extra={"page": True})]


@choices(
    "page",
    if_none=gettext_lazy("You have no page yet"),
    advice=gettext_lazy("This kind of job works on one of your pages."),
    action=gettext_lazy("Create a page"),
    address="pages:create",
)
def pages(owner: User) -> Choices:
    """The owner's pages that are not blocked, the one with the newest post first."""
    open_pages = Page.objects.filter(owner=owner).open().order_by("-last_post_id", "-pk")
    return [(page.handle, str(page)) for page in open_pages]


def own_page(run: Run, handle: str) -> Page:
    """The page with this handle, if it is the owner's."""
    page = Page.objects.findable_by(run.owner).filter(handle=handle.lower()).first()
    if page is None or not can_edit_page(run.owner, page):
        raise GiveUp(_("You have no page @%(handle)s.") % {"handle": handle})
    return page
