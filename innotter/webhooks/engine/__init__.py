"""Sending: webhooks take turns, each turn under a lease, and each attempt ends in one transaction."""

from innotter.webhooks.engine.senders import send_due, wake
from innotter.webhooks.engine.turns import is_due

__all__ = ["is_due", "send_due", "wake"]
