"""The door that the web server opens."""

import resource
from contextlib import suppress

from django.conf import settings

from bufferedwsgi import BufferedWSGI, Limits
from innotter.config.wsgi import application as wsgi_application

# The apps are loaded, and their modules can be.
# isort: split
from innotter.config.errors import largest_body
from innotter.config.turned_away import client, refuse

#: A connection is a file; each of them may be slow.
MOST_FILES = 16_384


def _allow_many_connections() -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


_allow_many_connections()
application = BufferedWSGI(
    wsgi_application,
    Limits(threads=settings.WEB_THREADS, body_bytes=largest_body()),
    refuse=refuse,
    client_of=client,
    beside={"/health/live/", "/health/ready/"},
)
