"""Sending, woken after a commit and swept by beat; and cleaning."""

from celery import shared_task

from innotter.webhooks import engine, services

#: A wake-up that nobody has followed by then is not needed any more: beat has swept meanwhile.
STALE = 2


@shared_task(expires=STALE)
def send() -> None:
    """Let this process's threads send what is due: whatever they wait for, the worker does not."""
    engine.wake()


@shared_task
def clean_up_webhooks() -> None:
    """Drop what is old, and seal secrets under the newest key."""
    services.forget_old()
    services.reseal()
