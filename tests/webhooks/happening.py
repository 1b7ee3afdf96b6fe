"""Something for webhooks to tell of."""

from innotter.events.models import Event
from innotter.events.services import deliver_all, record
from innotter.pages.events import PageEdited
from innotter.pages.models import Page


def happens(page: Page) -> Event:
    """Something happens, and the relay has told of it."""
    row = record(PageEdited(page_id=page.pk, handle=page.handle))
    deliver_all()
    return row
