"""The door that the web server opens."""

from bufferedwsgi import BufferedWSGI, Limits
from services.insights.app import MOST_BYTES
from services.insights.wsgi import app as wsgi_app

#: The pool of the store has a connection for each (`store.py`).
THREADS = 4
app = BufferedWSGI(
    wsgi_app, Limits(threads=THREADS, body_bytes=MOST_BYTES), beside={"/health/live", "/health/ready", "/health/events"}
)
