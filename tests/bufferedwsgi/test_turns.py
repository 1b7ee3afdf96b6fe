"""Beyond the threads some requests wait, the rest are turned away, and no client has all places."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.bufferedwsgi.requests import Client, served, story


@pytest.fixture
def stuck() -> AsyncIterator[Any]:
    """An application that answers when it is let go; it counts how many ask it at once."""

    class Stuck:
        def __init__(self) -> None:
            self.go, self.inside, self.most = threading.Event(), 0, 0

        def __call__(self, environ, start_response):
            if environ["PATH_INFO"] != "/alive":
                self.inside += 1
                self.most = max(self.most, self.inside)
                self.go.wait(10)
                self.inside -= 1
            start_response("200 OK", [])
            return [b"done"]

    application = Stuck()
    yield application
    application.go.set()


def test_beyond_its_threads_some_wait_and_the_rest_are_turned_away(stuck):
    async def tell():
        app = served(stuck, threads=2, waiting=4)
        clients = [Client(app, client=(f"192.0.2.{number}", 1)) for number in range(10)]
        asking = [asyncio.create_task(client.asks()) for client in clients]
        await asyncio.sleep(0.05)
        assert [client.status for client in clients] == [0] * 6 + [503] * 4
        assert clients[-1].answered["retry-after"] == "5"
        stuck.go.set()
        await asyncio.gather(*asking)
        assert [client.status for client in clients] == [200] * 6 + [503] * 4
        assert stuck.most == 2

    story(tell)


def test_nobody_waits_longer_than_is_worth_it(stuck):
    async def tell():
        app = served(stuck, waiting_seconds=0.05)
        first, second = Client(app), Client(app)
        asking = asyncio.create_task(first.asks())
        await asyncio.sleep(0.01)
        assert (await second.asks()).status == 503
        stuck.go.set()
        await asking

    story(tell)


def test_one_client_does_not_have_all_places(stuck):
    async def tell():
        app = served(stuck, waiting=4)
        many = [Client(app) for _number in range(8)]
        other = Client(app, client=("192.0.2.2", 1))
        asking = [asyncio.create_task(client.asks()) for client in (*many, other)]
        await asyncio.sleep(0.05)
        assert [client.status for client in many] == [0, 0, 0, 503, 503, 503, 503, 503]
        stuck.go.set()
        await asyncio.gather(*asking)
        assert other.status == 200

    story(tell)


def test_who_watches_over_it_is_answered_however_much_there_is_to_do(stuck):
    async def tell():
        app = served(stuck)
        asking = [asyncio.create_task(Client(app).asks()) for _number in range(5)]
        await asyncio.sleep(0.01)
        assert (await Client(app, path="/alive").asks()).status == 200
        stuck.go.set()
        await asyncio.gather(*asking)

    story(tell)


def test_those_who_watch_have_a_bound_too_and_no_client_all_places(stuck):
    class Watched:
        def __call__(self, environ, start_response):
            stuck.go.wait(10)
            start_response("200 OK", [])
            return [b"done"]

    async def tell():
        app = served(Watched(), waiting=4)
        many = [Client(app, path="/alive") for _number in range(8)]
        other = Client(app, path="/alive", client=("192.0.2.2", 1))
        asking = [asyncio.create_task(client.asks()) for client in (*many, other)]
        await asyncio.sleep(0.05)
        assert [client.status for client in many] == [0] * 4 + [503] * 4
        stuck.go.set()
        await asyncio.gather(*asking)
        assert other.status == 200

    story(tell)
