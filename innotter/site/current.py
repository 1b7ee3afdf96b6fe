"""The site as it is now, for every page, e-mail and answer that says its name.

A process reads it once in a few seconds, and at once what it has changed itself. Without the database it is as it was
last read: error pages have a name, too.
"""

import math
import time
from dataclasses import dataclass, field

from django.db import DatabaseError

from innotter.site.models import Site

SECONDS = 5.0


@dataclass
class _Memory:
    site: Site = field(default_factory=Site)
    until: float = -math.inf


_memory = _Memory()


def current_site() -> Site:
    """What is to be shown. It is everybody's: change what `Site.objects` gives instead."""
    if time.monotonic() >= _memory.until:
        try:
            remember(Site.objects.first() or Site())
        except DatabaseError:
            remember(_memory.site)
    return _memory.site


def remember(site: Site, *, seconds: float = SECONDS) -> None:
    """Show this one for so long."""
    _memory.site, _memory.until = site, time.monotonic() + seconds


def forget() -> None:
    """Read it anew at the next look."""
    _memory.until = -math.inf
