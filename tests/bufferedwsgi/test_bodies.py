"""A request takes a thread when its body is there, and no body holds up another."""

import asyncio

import pytest

from bufferedwsgi import application
from bufferedwsgi import bodies as reading
from tests.bufferedwsgi.requests import Client, OnAFullDisk, others_are_served, posting, served, story


def test_a_body_is_handed_on_when_it_is_complete():
    async def tell():
        client = posting(served(), 5)
        asking = asyncio.create_task(client.asks())
        client.send(b"he", more=True)
        await asyncio.sleep(0.01)
        assert not client.answers
        client.send(b"llo")
        await asking
        assert (client.status, client.content, client.answered["content-length"]) == (200, b"hello", "5")

    story(tell)


def test_whoever_sends_slowly_holds_up_nobody_and_is_given_up(short):
    async def tell():
        app = served()
        slow = [posting(app, 900) for _number in range(20)]
        asking = [asyncio.create_task(client.asks()) for client in slow]
        for client in slow:
            client.send(b"x", more=True)
        assert await others_are_served(app)
        await asyncio.gather(*asking)
        assert {client.status for client in slow} == {408}
        assert {client.answered["connection"] for client in slow} == {"close"}

    story(tell)


def test_a_body_may_take_longer_the_more_of_it_has_come(short, monkeypatch):
    monkeypatch.setattr(reading, "BYTES_A_SECOND", 1)

    async def tell():
        client = posting(served(), 6)
        asking = asyncio.create_task(client.asks())
        for piece in (b"a", b"b", b"c", b"", b"", b""):
            client.send(piece, more=True)
            await asyncio.sleep(0.06)
        client.send(b"")
        await asking
        assert client.content == b"abc"

    story(tell)


def test_a_large_beginning_buys_no_silence(short, monkeypatch):
    monkeypatch.setattr(reading, "BYTES_A_SECOND", 1)

    async def tell():
        client = posting(served(), 1000)
        client.send(b"x" * 900, more=True)
        before = asyncio.get_running_loop().time()
        assert (await client.asks()).status == 408
        assert asyncio.get_running_loop().time() - before < 5

    story(tell)


def test_of_too_many_bodies_the_slowest_gives_way():
    async def tell():
        app = served(bodies=2)
        first, second, third = (posting(app, 900) for _number in range(3))
        first.send(b"x", more=True)
        second.send(b"x" * 500, more=True)
        asking = [asyncio.create_task(client.asks()) for client in (first, second)]
        await asyncio.sleep(0.01)
        asking.append(asyncio.create_task(third.asks()))
        await asking[0]
        second.send(b"")
        third.send(b"")
        await asyncio.gather(*asking)
        assert (first.status, second.status, third.status) == (408, 200, 200)

    story(tell)


def test_of_too_many_bodies_one_of_whoever_has_the_most_gives_way():
    async def tell():
        app = served(bodies=3)
        alone = posting(app, 900, client=("192.0.2.2", 1))
        crowd = [posting(app, 900, client=("192.0.2.3", number)) for number in range(3)]
        for client in crowd:
            client.send(b"x" * 500, more=True)
        asking = [asyncio.create_task(client.asks()) for client in (alone, *crowd)]
        await asyncio.sleep(0.01)
        for client in (alone, *crowd):
            client.send(b"")
        await asyncio.gather(*asking)
        assert alone.status == 200
        assert sorted(client.status for client in crowd) == [200, 200, 408]

    story(tell)


def test_a_body_that_has_just_begun_does_not_give_way_to_a_large_one_that_has_stopped(monkeypatch):
    monkeypatch.setattr(reading, "BYTES_A_SECOND", 1)

    async def tell():
        app = served(bodies=2)
        stopped, begun, newest = (posting(app, 950) for _number in range(3))
        stopped.send(b"x" * 900, more=True)
        asking = [asyncio.create_task(stopped.asks())]
        await asyncio.sleep(0.3)
        asking += [asyncio.create_task(client.asks()) for client in (begun, newest)]
        await asking[0]
        begun.send(b"")
        newest.send(b"")
        await asyncio.gather(*asking)
        assert (stopped.status, begun.status, newest.status) == (408, 200, 200)

    story(tell)


def test_a_body_that_breaks_off_is_refused():
    """The client has left, or waits for an answer to what is no HTTP."""

    async def tell():
        client = posting(served(), 900)
        client.send(b"x", more=True)
        client.leave()
        assert (await client.asks()).status == 400

    story(tell)


@pytest.mark.parametrize("headers", [{"Content-Length": "5000"}, {"Transfer-Encoding": "chunked"}])
def test_of_a_body_that_is_too_long_the_application_sees_the_length_and_nothing_else(headers):
    seen = {}

    def look(environ, start_response):
        seen.update(length=int(environ["CONTENT_LENGTH"]), body=environ["wsgi.input"].read())
        start_response("413 Too Large", [])
        return [b""]

    async def tell():
        client = Client(served(look), "POST", headers=headers)
        client.send(b"x" * 1500, more=True)
        assert (await client.asks()).status == 413

    story(tell)
    assert seen["length"] > 1000
    assert seen["body"] == b""


def test_a_body_in_pieces_of_unknown_length_has_a_length():
    def length(environ, start_response):
        start_response("200 OK", [])
        return [environ["CONTENT_LENGTH"].encode()]

    async def tell():
        client = Client(served(length), "POST", headers={"Transfer-Encoding": "chunked"})
        client.send(b"hello", more=True)
        client.send(b"")
        assert (await client.asks()).content == b"5"

    story(tell)


def test_a_body_that_the_disk_has_no_room_for_is_refused_and_others_are_served(monkeypatch):
    monkeypatch.setattr(application, "temporary", OnAFullDisk)

    async def tell():
        app = served()
        client = posting(app, 5)
        client.send(b"hello")
        await client.asks()
        assert (client.status, client.answered["connection"]) == (507, "close")
        assert await others_are_served(app)

    story(tell)
