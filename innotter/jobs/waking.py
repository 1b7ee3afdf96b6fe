"""Waking those who do jobs soon after a commit, instead of at the next sweep."""

from django.db import transaction

from innotter.events.nudge import Nudge

wake_runner = Nudge()


def wake_after_commit() -> None:
    """There is something to do once this transaction is there."""
    transaction.on_commit(wake_runner, robust=True)
