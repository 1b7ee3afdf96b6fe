"""A thread is given back when its answer is there, however slowly that is read."""

import asyncio
import threading

import pytest

from bufferedwsgi import answers as sending
from tests.bufferedwsgi.requests import Client, OnAFullDisk, others_are_served, served, story


def test_a_long_answer_is_sent_in_pieces_so_that_who_does_not_read_is_noticed(short):
    def large(environ, start_response):
        start_response("200 OK", [])
        return [b"x" * 300_000]

    async def tell():
        whole = await Client(served(large)).asks()
        assert len(whole.content) == 300_000
        assert max(len(message["body"]) for message in whole.answers[1:]) <= sending.PIECE_BYTES
        deaf = Client(served(large))
        deaf.takes = lambda: asyncio.sleep(5 if len(deaf.answers) > 2 else 0)
        await deaf.asks()
        assert len(deaf.content) < 300_000

    story(tell)


def test_whoever_reads_slowly_holds_up_nobody_and_is_given_up(short):
    closed = threading.Event()

    class Pieces:
        def __iter__(self):
            return iter([b"x" * 1_500_000] * 2)

        def close(self):
            closed.set()

    def large(environ, start_response):
        start_response("200 OK", [])
        return Pieces() if environ["PATH_INFO"] == "/large" else [b"small"]

    async def tell():
        app = served(large)
        slow = Client(app, path="/large")
        slow.takes = lambda: asyncio.sleep(0.03 if not slow.answers else 5)
        asking = asyncio.create_task(slow.asks())
        await asyncio.to_thread(closed.wait, 5)
        assert await others_are_served(app)
        await asking
        assert slow.answered["content-length"] == "3000000"
        assert slow.content == b""

    story(tell)


@pytest.mark.parametrize(("method", "status", "expected"), [("HEAD", "200 OK", "4"), ("GET", "304 Not Modified", None)])
def test_answers_without_a_body_have_none(method, status, expected):
    def answer(environ, start_response):
        start_response(status, [])
        return [b"what"]

    async def tell():
        client = await Client(served(answer), method).asks()
        assert (client.content, client.answered.get("content-length")) == (b"", expected)

    story(tell)


def test_the_application_is_told_of_a_request_as_it_came():
    seen = {}

    def look(environ, start_response):
        seen.update(environ)
        start_response("200 OK", [])
        return []

    async def tell():
        client = Client(
            served(look),
            scheme="https",
            raw_path=b"/%C3%A9t%C3%A9/%ff%2F",
            query_string=b"q=%ff&z=\xd0\xb0",
            headers={"Host": "site", "Content-Type": "text/plain", "X_Forwarded_For": "198.51.100.1"},
        )
        await client.asks()

    story(tell)
    assert seen["PATH_INFO"] == "/\xc3\xa9t\xc3\xa9/\xff/"
    assert seen["QUERY_STRING"] == "q=%ff&z=\xd0\xb0"
    assert (seen["HTTP_HOST"], seen["CONTENT_TYPE"], seen["wsgi.url_scheme"]) == ("site", "text/plain", "https")
    assert (seen["REMOTE_ADDR"], seen["CONTENT_LENGTH"]) == ("192.0.2.1", "0")
    assert "HTTP_X_FORWARDED_FOR" not in seen, "a proxy that strips the header strips it in one spelling"


def test_cookies_that_come_one_by_one_are_one_header():
    def cookies(environ, start_response):
        start_response("200 OK", [])
        return [environ["HTTP_COOKIE"].encode(), environ["HTTP_ACCEPT"].encode()]

    async def tell():
        client = Client(served(cookies))
        client.headers = [(b"cookie", b"a=1"), (b"accept", b"x"), (b"cookie", b"b=2"), (b"accept", b"y")]
        await client.asks()
        assert client.content == b"a=1; b=2x,y"

    story(tell)


def test_it_begins_and_ends_with_the_server():
    async def tell():
        events, said = asyncio.Queue(), []
        for kind in ("startup", "shutdown"):
            events.put_nowait({"type": f"lifespan.{kind}"})

        async def say(message):
            said.append(message["type"])

        await served()({"type": "lifespan"}, events.get, say)
        assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]

    story(tell)


def test_an_answer_that_the_disk_has_no_room_for_is_a_refusal_and_not_half_of_it(monkeypatch):
    monkeypatch.setattr(sending, "temporary", OnAFullDisk)

    def in_pieces(environ, start_response):
        start_response("200 OK", [])
        return [b"x", b"y"] if environ["PATH_INFO"] == "/long" else [b"x"]

    async def tell():
        app = served(in_pieces)
        client = await Client(app, path="/long").asks()
        assert (client.status, client.answered["connection"]) == (507, "close")
        assert await others_are_served(app)

    story(tell)


def test_another_error_of_the_system_is_no_full_disk():
    def fails(environ, start_response):
        raise PermissionError("secret")

    async def tell():
        with pytest.raises(PermissionError):
            await Client(served(fails)).asks()

    story(tell)
