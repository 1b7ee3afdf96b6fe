"""Sending, woken after a commit and when something is due; and cleaning."""

from celery import shared_task

from innotter.events.watch import CLOCKS_APART, look_out
from innotter.webhooks import engine, services

#: In seconds. A wake-up that nobody has followed by then is not needed any more: somebody has looked meanwhile.
STALE = 2


@shared_task(expires=STALE + CLOCKS_APART)
def send() -> None:
    """Let this process's threads send what is due: whatever they wait for, the worker does not."""
    engine.wake()


@shared_task
def clean_up_webhooks() -> None:
    """Drop what is old, and seal secrets under the newest key."""
    services.forget_old()
    services.reseal()


look_out(send, every=STALE, is_due=engine.is_due)
