"""What several handlers are told: one of the owner's pages."""

from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import Field

from innotter.jobs.registry import GiveUp, Run
from innotter.pages.models import Page
from innotter.pages.permissions import can_edit_page

OwnPage = Annotated[str, Field(title=gettext_noop("Page"), max_length=30, json_schema_extra={"page": True})]


def own_page(run: Run, handle: str) -> Page:
    """The page with this handle, if it is the owner's."""
    page = Page.objects.findable_by(run.owner).filter(handle=handle.lower()).first()
    if page is None or not can_edit_page(run.owner, page):
        raise GiveUp(_("You have no page @%(handle)s.") % {"handle": handle})
    return page
