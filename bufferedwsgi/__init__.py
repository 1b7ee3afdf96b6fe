"""A WSGI application behind an ASGI server: no client holds one of its threads by sending or reading slowly.

A request takes a thread when its body is complete, and gives it back when its answer is. Bodies that come too slowly
are given up (408), requests that would wait too long for a thread are turned away (503), and both cost the others
nothing. The core and insights are served like this.
"""

from bufferedwsgi.answers import Answer
from bufferedwsgi.application import BufferedWSGI, Limits

__all__ = ["Answer", "BufferedWSGI", "Limits"]
