"""A process of the web server, as far as a home feed is concerned, in the process of the tests."""

import asyncio
import time
import warnings
from functools import cache

import psycopg
from django.core.wsgi import get_wsgi_application
from django.db import connection

from bufferedwsgi import BufferedWSGI, Limits
from innotter.accounts.services import Device, start_token_session
from innotter.feed.caching import WarmWay


def token_of(person):
    return start_token_session(user=person, device=Device("", "127.0.0.1")).access


@cache
def stack():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Of static files, which nobody has collected.
        return get_wsgi_application()


def another_connection():
    words = connection.get_connection_params()
    return psycopg.connect(**{name: words[name] for name in WORDS if words.get(name)}, autocommit=True)


WORDS = ("host", "port", "user", "password", "dbname")


class Site:
    """A process of the web server, with an event loop that runs while it is asked."""

    def __init__(self, *, most=100):
        self.buffered, self.cold_answers = BufferedWSGI(stack(), Limits(threads=4, body_bytes=1000)), 0
        self.warm_way = WarmWay(self.answer_cold, most)
        self.runner = asyncio.Runner()
        #: After how many messages whoever asks takes nothing any more.
        self.takes = 100

    async def answer_cold(self, scope, receive, send):
        self.cold_answers += 1
        await self.buffered(scope, receive, send)

    def ask(self, token, *, is_cold=False, **headers):
        """What is said of the feed: status, headers and body, without what is of one request alone."""
        return self.runner.run(self._ask(self.buffered if is_cold else self.warm_way, token, headers))

    async def _ask(self, app, token, headers):
        given = {"host": "localhost:8000", "authorization": f"Bearer {token}"} | headers
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": "/api/feed/",
            "raw_path": b"/api/feed/",
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in given.items() if value is not None],
            "client": ("127.0.0.1", 5),
            "server": ("127.0.0.1", 8000),
        }
        messages = []

        async def send(message):
            if len(messages) == self.takes:
                await asyncio.sleep(60)
            messages.append(message)

        await app(scope, None, send)
        start, *bodies = messages
        said = sorted((name, value) for name, value in start["headers"] if name != b"x-request-id")
        return start["status"], said, b"".join(body.get("body", b"") for body in bodies)

    def warm_up(self, token):
        """Ask until the answer is kept; what is said then, without the stack."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            before = self.cold_answers
            said = self.ask(token)
            if self.cold_answers == before:
                return said
        raise AssertionError("nothing is kept")

    def warm(self, token):
        """What is said at the first question, without the stack."""
        before = self.cold_answers
        said = self.ask(token)
        assert self.cold_answers == before
        return said

    def stop(self):
        async def close():
            self.warm_way._changes.close()

        self.runner.run(close())
        self.runner.close()
