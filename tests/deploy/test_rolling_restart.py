"""Restarts that nobody notices: web servers and workers are exchanged one by one while people read and write.

The load is spread as load balancers do it: over the web servers whose readiness said yes when they were asked last.
Nothing is tried a second time.
"""

import itertools
import json
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.running import free_port, status_of, wait_until

#: How often the balancer asks; web servers that are told to stop serve for longer.
ASKING_SECONDS, DRAIN_SECONDS = 0.2, "1.5"


class Balancer:
    """Knows which web servers are ready, and sends each request to one of them, on a connection of its own."""

    def __init__(self):
        self.ports, self.ready, self.turn = [], [], itertools.count()
        self.is_over = threading.Event()
        threading.Thread(target=self._ask_all, daemon=True).start()

    def _ask_all(self):
        while not self.is_over.wait(ASKING_SECONDS):
            addresses = {port: f"http://127.0.0.1:{port}/health/ready/" for port in self.ports}
            self.ready = [port for port, address in addresses.items() if status_of(address) == 200]

    def send(self, method, path, body=None, token=""):
        ready = self.ready
        port = ready[next(self.turn) % len(ready)]
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=15) as answer:
            return answer.status, json.load(answer)


@pytest.fixture
def balancer():
    balancer = Balancer()
    yield balancer
    balancer.is_over.set()


@pytest.fixture
def site(engine):
    """The roles, each healthy, for people who write more than people do."""
    engine.environment |= {"DRAIN_SECONDS": DRAIN_SECONDS, "THROTTLE_WRITE_ACCOUNT": "100000/minute"}
    engine.environment |= {"THROTTLE_WRITE_ADDRESS": "100000/minute", "WEB_WORKERS": "1"}
    engine.migrate()
    return engine


def test_web_servers_and_workers_are_exchanged_under_load_and_no_request_is_dropped(site, balancer):
    web, worker, beat = site.start_all("web", "worker", "beat")
    alice, bob = site.product().register("alice"), site.product().register("bob")
    balancer.ports.append(web.port)
    wait_until(lambda: balancer.ready, what="a web server that is ready")
    balancer.send("POST", "/api/pages/", {"name": "Rolling", "uuid": "rolling"}, alice)
    balancer.send("POST", "/api/pages/rolling/follow/", {}, bob)
    is_over, written, refused = threading.Event(), itertools.count(), []

    def write():
        while not is_over.is_set():
            number = next(written)
            try:
                balancer.send("POST", "/api/posts/", {"page": "rolling", "content": f"Post {number}"}, alice)
                balancer.send("GET", "/api/feed/", token=bob)
            except Exception as error:  # noqa: BLE001 - whatever it is, a request was dropped
                refused.append(f"{number}: {error!r}")
            time.sleep(0.05)

    with ThreadPoolExecutor(3) as people:
        for _person in range(3):
            people.submit(write)
        for _round in range(2):
            [successor] = [site.start("web", PORT=str(free_port()))]
            successor.await_health("the next web server")
            balancer.ports.append(successor.port)
            wait_until(lambda: successor.port in balancer.ready, what="its place in the balancer")  # noqa: B023
            [fresh] = site.start_all("worker")
            assert (web.stop(), worker.stop()) == (0, 0)
            balancer.ports.remove(web.port)
            web, worker = successor, fresh
        is_over.set()
    total = next(written)
    assert refused == []
    assert total > 100

    with psycopg.connect(site.environment["DATABASE_URL"], autocommit=True) as database:

        def count(query):
            return database.execute(query).fetchone()[0]

        assert count("SELECT count(*) FROM blog_post") == total
        assert count("SELECT count(DISTINCT content) FROM blog_post") == total
        # What followed from them is done as well, once for each.
        told = "SELECT count(*) FROM notifications_notification WHERE kind = 'new_post'"
        # The slower the machine, the more was written meanwhile: what has an end is the wait for the next one.
        while (so_far := count(told)) < total:
            wait_until(lambda so_far=so_far: count(told) > so_far, seconds=40, what="the news of the next post")
        assert count(told) == total
    assert beat.is_healthy()


def test_a_request_that_has_begun_is_answered_though_the_server_is_told_to_stop(site):
    [web, worker] = site.start_all("web", "worker")
    alice = site.product().register("alice")
    product = site.product()
    product.ask("POST", "/api/pages/", {"name": "Rolling", "uuid": "rolling"}, alice)
    with psycopg.connect(site.environment["DATABASE_URL"]) as database, ThreadPoolExecutor(1) as person:
        database.execute("SELECT 1 FROM pages_page FOR UPDATE")
        answer = person.submit(product.ask, "PATCH", "/api/pages/rolling/", {"name": "Rolled"}, alice)
        time.sleep(0.5)
        web.process.terminate()
        time.sleep(float(DRAIN_SECONDS) + 1)
        assert not answer.done(), "it waits for the row"
        database.rollback()
        assert answer.result(10)[0] == 200
    assert web.process.wait(20) == 0
    assert worker.stop() == 0
