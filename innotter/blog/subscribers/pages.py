"""What follows from what happens to pages: jobs that name them go on."""

from innotter.blog.services import rename_in_jobs
from innotter.events.domain import subscribe
from innotter.events.models import Event
from innotter.pages.events import PageRenamed
from innotter.pages.models import Page


@subscribe(PageRenamed, name="blog.let_jobs_go_on_with_a_renamed_page")
def let_jobs_go_on_with_a_renamed_page(event: PageRenamed) -> None:
    """By the handle that the page has now: it may have been renamed again."""
    if page := Page.objects.select_related("owner").filter(pk=event.page_id).first():
        renamed_at = Event.objects.values_list("occurred_at", flat=True).get(pk=event.event_id)
        rename_in_jobs(page=page, former_handle=event.former_handle, renamed_at=renamed_at)
