"""What happens to pages by the clock."""

from celery import shared_task

from innotter.events.watch import look_out
from innotter.pages import services
from innotter.web.page_views import has_looks, looks_taken


@shared_task
def count_views() -> None:
    """Write down who was looked at since the last time."""
    with looks_taken() as looks:
        services.note_views(looks=looks)


look_out(count_views, every=5.0, is_due=has_looks)
