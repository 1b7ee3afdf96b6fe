"""The relay: nudged after a commit, and asked for when something is due."""

from celery import shared_task

from innotter.events import forwarding, services
from innotter.events.models import Delivery
from innotter.events.nudge import wake_relay
from innotter.events.watch import CLOCKS_APART, look_out

#: How many seconds the relay works at a time, so that other tasks of the worker get their turn.
SPAN = 1.0
#: In seconds. A nudge that nobody has followed by then is not needed any more: somebody has looked meanwhile.
STALE = 2


@shared_task(expires=STALE + CLOCKS_APART)
def relay() -> None:
    """Deliver what is due, for a while. Any number of them may run at once."""
    if services.deliver_all(seconds=SPAN):
        wake_relay()  # There may be more.


@shared_task
def heartbeat(name: str) -> None:
    """Note that a worker does what beat asks it to."""
    services.note_heartbeat(name=name)


@shared_task
def forget_old_events() -> None:
    """Drop what nobody asks for any more."""
    services.forget_old()


@shared_task(expires=STALE + CLOCKS_APART)
def forward() -> None:
    """Send what waits to the programs outside, for a while."""
    if forwarding.forward_all(seconds=SPAN):
        wake_relay()


look_out(relay, every=STALE, is_due=lambda: Delivery.objects.due().exists())
look_out(forward, every=STALE, is_due=forwarding.is_due)
