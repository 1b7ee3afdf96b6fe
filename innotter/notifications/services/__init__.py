"""Telling people, and what people say about being told."""

from innotter.notifications.services.choosing import Channels, channels_of, choose, preferences_of
from innotter.notifications.services.mailing import said_in, write_anew
from innotter.notifications.services.notifying import notify, notify_all, notify_together, take_one_back
from innotter.notifications.services.reading import count_unread, forget_about, forget_old, mark_read

__all__ = [
    "Channels",
    "channels_of",
    "choose",
    "count_unread",
    "forget_about",
    "forget_old",
    "mark_read",
    "notify",
    "notify_all",
    "notify_together",
    "preferences_of",
    "said_in",
    "take_one_back",
    "write_anew",
]
