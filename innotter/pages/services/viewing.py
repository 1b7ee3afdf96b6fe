"""Writing down how often pages were looked at."""

from collections.abc import Mapping

from django.db import transaction

from innotter.events.services import record_all
from innotter.pages.events import PageViewed
from innotter.pages.models import Page


@transaction.atomic
def note_views(*, looks: Mapping[tuple[int, str], int]) -> None:
    """Record, by page and day, how often there was a look; pages that are gone by now are left out."""
    known = set(Page.objects.filter(pk__in={page for page, _day in looks}).values_list("pk", flat=True))
    record_all(
        [PageViewed(page_id=page, day=day, views=views) for (page, day), views in looks.items() if page in known]
    )
