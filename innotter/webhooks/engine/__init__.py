"""Sending: webhooks take turns, each turn under a lease, and each attempt ends in one transaction."""

from innotter.webhooks.engine.senders import send_due, wake

__all__ = ["send_due", "wake"]
