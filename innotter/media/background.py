"""Keeping the place where pictures lie tidy."""

from celery import shared_task

from innotter.media import storage


@shared_task
def remove_orphans() -> None:
    """Remove the files of what has been deleted or replaced."""
    storage.remove_orphans()
