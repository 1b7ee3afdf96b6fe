"""Waking the senders soon after a commit, instead of at the next sweep."""

from innotter.events.nudge import Nudge

wake_sender = Nudge()
