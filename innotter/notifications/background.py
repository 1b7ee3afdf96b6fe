"""Keeping the list of notifications short."""

from celery import shared_task

from innotter.notifications import services


@shared_task
def forget_old_notifications() -> None:
    """Drop those that are older than a year."""
    services.forget_old()
