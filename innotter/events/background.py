"""The relay: nudged after a commit, swept by beat."""

from celery import shared_task

from innotter.events import services


@shared_task
def relay() -> None:
    """Deliver what is due. Any number of them may run at once."""
    services.deliver_all()
