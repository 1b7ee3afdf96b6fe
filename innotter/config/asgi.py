"""The door that the web server opens."""

import gc
import resource
from contextlib import suppress

from django.conf import settings

from bufferedwsgi import BufferedWSGI, Limits
from innotter.config.wsgi import application as wsgi_application

# The apps are loaded, and their modules can be.
# isort: split
from innotter.config import loading
from innotter.config.errors import largest_body
from innotter.config.turned_away import client, refuse
from innotter.feed.caching import WarmWay

#: A connection is a file; each of them may be slow.
MOST_FILES = 16_384
#: Of the garbage collector: objects made since the last look at the youngest; looks until one at the older ones, twice.
THRESHOLDS = (10_000, 20, 20)


def _allow_many_connections() -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _spare_the_collector() -> None:
    """Load what requests would, and let the garbage collector pass over all of it.

    Each full collection looks at some 200,000 objects that stay for ever, for tens of milliseconds in which nobody is
    answered: the slowest hundredth of all answers were these. What is left for it is what requests make.
    """
    loading.load()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)


_allow_many_connections()
_spare_the_collector()
buffered = BufferedWSGI(
    wsgi_application,
    Limits(threads=settings.WEB_THREADS, body_bytes=largest_body()),
    refuse=refuse,
    client_of=client,
    beside={"/health/live/", "/health/ready/"},
)
application = WarmWay(buffered, settings.FEED_ANSWERS_KEPT)
