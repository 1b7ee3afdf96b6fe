"""A worker that is killed at any moment loses no e-mail, and none comes twice."""

import os
import signal
import time

import pytest

from tests.running import Running, wait_until


@pytest.mark.parametrize("where", ["on private servers", "on PostgreSQL, Redis and RabbitMQ"])
def test_mail_is_delivered_exactly_once_however_workers_die(tmp_path, where, request):
    environment = {} if "private" in where else request.getfixturevalue("services")
    product = Running(tmp_path, **environment).start()
    try:
        people = [f"person{number}" for number in range(3)]
        for number, name in enumerate(people):
            body = {"email": f"{name}@example.org", "password": "correct-horse-7"}
            assert product.ask("POST", "/api/register/", body)[0] == 201
            time.sleep(0.03 * number)  # Each worker dies at another moment between registration and mail.
            for pid in product.processes(" worker "):
                os.kill(pid, signal.SIGKILL)
            wait_until(lambda: len(product.processes(" worker ")) == 8, what="two new workers, hands, and beat")
            time.sleep(2)

        for name in people:
            wait_until(lambda name=name: product.mails_to(f"{name}@example.org"), seconds=60, what=f"mail to {name}")
        time.sleep(3)  # Anything that would come twice has come by now: somebody looks every few seconds.
        assert [len(product.mails_to(f"{name}@example.org")) for name in people] == [1] * len(people)
        product.stop()
        assert product.processes() == []
    finally:
        product.discard()


def test_the_main_story_on_the_servers_of_this_machine(tmp_path, services):
    product = Running(tmp_path, **services).start()
    try:
        assert not product.processes("postgres")
        assert not product.processes("valkey")
        alice, bob = product.register("alice"), product.register("bob")
        product.ask("POST", "/api/pages/", {"name": "Wonderland", "uuid": "wonder"}, alice)
        _status, post = product.ask("POST", "/api/posts/", {"page": "wonder", "content": "Hello"}, alice)
        product.ask("POST", "/api/pages/wonder/follow/", token=bob)
        _status, feed = product.ask("GET", "/api/feed/", token=bob)
        assert [shown["id"] for shown in feed["results"]] == [post["id"]]
    finally:
        product.stop()
        product.discard()
