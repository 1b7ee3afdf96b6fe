"""How long ago something was, as short as it is said."""

from datetime import datetime, timedelta

from django.contrib.humanize.templatetags.humanize import NaturalTimeFormatter, naturaltime
from django.utils import timezone
from django.utils.timesince import timesince


def how_long_ago(at: datetime) -> str:
    """In one unit: 1 day ago, and not 1 day, 3 hours ago, for which a small screen has no room beside a name."""
    now = timezone.now()
    if now - at < timedelta(days=1):
        return str(naturaltime(at))
    words = NaturalTimeFormatter
    age = timesince(at, now, time_strings=words.past_substrings, depth=1)
    return str(words.time_strings["past-day"] % {"delta": age})
