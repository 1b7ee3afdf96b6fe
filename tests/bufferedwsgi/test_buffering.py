"""A request takes a thread when its body is there, and gives it back when its answer is."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bufferedwsgi import BufferedWSGI, Limits
from bufferedwsgi import answers as sending
from bufferedwsgi import bodies as reading
from tests.together import in_a_loop_of_its_own


class Client:
    """Sends a request as a server hands it on, and keeps what it is answered."""

    def __init__(self, app: BufferedWSGI, method: str = "GET", path: str = "/", **scope: Any) -> None:
        self._app, self._messages = app, asyncio.Queue[dict[str, Any]]()
        headers = dict(scope.pop("headers", {})).items()
        self.headers = [(name.lower().encode(), value.encode()) for name, value in headers]
        self.scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "client": ("192.0.2.1", 5000),
            "server": ("127.0.0.1", 8000),
        } | scope
        self.answers: list[dict[str, Any]] = []
        self.takes: Callable[[], Any] = lambda: asyncio.sleep(0)

    def send(self, body: bytes, *, more: bool = False) -> None:
        self._messages.put_nowait({"type": "http.request", "body": body, "more_body": more})

    def leave(self) -> None:
        self._messages.put_nowait({"type": "http.disconnect"})

    async def _take(self, message: dict[str, Any]) -> None:
        await self.takes()
        self.answers.append(message)

    async def asks(self) -> "Client":
        scope = self.scope | {"headers": self.headers}
        await self._app(scope, self._messages.get, self._take)
        return self

    @property
    def status(self) -> int:
        return int(self.answers[0]["status"]) if self.answers else 0

    @property
    def answered(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.answers[0]["headers"]}

    @property
    def content(self) -> bytes:
        return b"".join(message["body"] for message in self.answers[1:])


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Answers with what was sent."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["wsgi.input"].read()]


def served(application: Any = echo, **limits: Any) -> BufferedWSGI:
    known: dict[str, Any] = {"threads": 1, "body_bytes": 1000, "refusal_seconds": 0}
    return BufferedWSGI(application, Limits(**known | limits), beside={"/alive"})


def posting(app: BufferedWSGI, length: int, **scope: Any) -> Client:
    return Client(app, "POST", headers={"Content-Length": str(length)}, **scope)


async def others_are_served(app: BufferedWSGI) -> bool:
    return (await Client(app).asks()).status == 200


@pytest.fixture
def short(monkeypatch):
    """Patience of a fraction of a second."""
    monkeypatch.setattr(reading, "GRACE_SECONDS", 0.1)
    monkeypatch.setattr(sending, "PIECE_SECONDS", 0.1)


def story(tell: Callable[[], Any]) -> Any:
    return in_a_loop_of_its_own(tell())


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
