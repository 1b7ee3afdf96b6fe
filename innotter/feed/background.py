"""What happens to the notes of changes by the clock."""

from celery import shared_task

from innotter.feed import services


@shared_task
def forget_changes() -> None:
    """Drop the notes that everybody has seen who still asks."""
    services.forget_changes()
