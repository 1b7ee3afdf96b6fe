"""What people do with webhooks, and what is queued for them. Sending is in `webhooks/engine`."""

from innotter.webhooks.services.cleaning import forget_old, reseal
from innotter.webhooks.services.editing import create_webhook, delete_webhook, edit_webhook, rotate_secret
from innotter.webhooks.services.queueing import queue_event, send_again, send_test

__all__ = [
    "create_webhook",
    "delete_webhook",
    "edit_webhook",
    "forget_old",
    "queue_event",
    "reseal",
    "rotate_secret",
    "send_again",
    "send_test",
]
