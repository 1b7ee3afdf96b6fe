"""A server that falls and comes back: nobody sees a fault of ours meanwhile, and work goes on soon afterwards."""

import os
import signal
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.pictures import picture
from tests.running import Running, status_of, wait_until


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    folder = tmp_path_factory.mktemp("outages") / "data"
    folder.mkdir()
    folder.chmod(0o755)  # As it is where somebody else has made it.
    running = Running(folder).start()
    yield running
    running.stop()
    running.discard()


def children(pid, name):
    """The programs that a process has started, by a word of their command line."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and name.encode() in (folder / "cmdline").read_bytes():
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                found += [int(folder.name)] if parent == pid else []
        except OSError:
            continue  # It has ended meanwhile.
    return found


def test_nothing_in_a_folder_that_is_open_to_all_is_theirs_to_read(product):
    token = product.register("carol")
    assert (
        product.ask("POST", "/api/pages/", {"name": "Private", "uuid": "private", "is_private": True}, token)[0] == 201
    )
    assert product.send_picture("/api/pages/private/image/", picture().read(), token) == 200
    static = product.data_dir / "static"  # What everybody gets anyway.
    found = [path for path in product.data_dir.rglob("*") if not path.is_symlink() and not path.is_relative_to(static)]
    assert [path for path in found if path.stat().st_mode & 0o077] == []
    assert f"chmod -R go= {product.data_dir}" in product.run("doctor").stdout


def worker_of(product):
    """The process that has the hands of it."""
    [parent] = children(product.process.pid, "fork_server")
    [worker] = children(parent, "queues\0innotter")
    return worker


def hold_hands(product, worker):
    """Stop the hands of a worker, and beat beside them, with a message for each that cannot be acknowledged in time."""
    beside = children(worker, "celery")
    assert len(beside) == 3, "two hands, and beat"
    for process in beside:
        os.kill(process, signal.SIGSTOP)
    for name in "bcde":  # What is registered wakes the worker.
        person = {"email": f"{name}@example.org", "password": "correct-horse-7"}
        assert product.ask("POST", "/api/register/", person)[0] == 201
        time.sleep(0.5)
    return beside


def test_work_goes_on_after_the_broker_fell_while_every_hand_was_busy(product):
    [server] = children(product.process.pid, "valkey")
    worker = worker_of(product)
    held = hold_hands(product, worker)
    os.kill(server, signal.SIGKILL)
    for process in held:
        os.kill(process, signal.SIGCONT)
    wait_until(lambda: set(children(product.process.pid, "valkey")) - {server}, what="another Valkey")
    wait_until(product.is_alive, what="readiness")

    status, _body = product.ask("POST", "/api/register/", {"email": "a@example.org", "password": "correct-horse-7"})
    assert status == 201
    wait_until(lambda: product.mails_to("a@example.org"), seconds=10, what="work")
    assert worker_of(product) == worker, "it came back by itself"


def test_a_database_that_falls_is_an_outage_and_never_a_fault(product):
    token = product.register("bob")
    addresses = ["/", "/explore/", "/api/pages/", "/api/blog/posts/", "/health/ready/"]
    assert {status_of(product.address + path) for path in addresses * 2} == {200}, "connections are kept now"
    [server] = children(product.process.pid, "postgres")
    os.kill(server, signal.SIGINT)  # As when it is restarted for an update.

    seen, advice, until = set(), set(), time.monotonic() + 6
    while time.monotonic() < until:
        for path in addresses:
            try:
                with urllib.request.urlopen(product.address + path, timeout=20) as answer:
                    seen.add(answer.status)
            except urllib.error.HTTPError as refusal:
                with refusal:
                    seen.add(refusal.code)
                    advice.add(path == "/health/ready/" or refusal.headers["Retry-After"] == "5")
    assert seen <= {200, 503}
    assert advice <= {True}, "where one is refused; most wait the second that it takes"
    wait_until(product.is_alive, what="readiness")
    assert {status_of(product.address + path) for path in addresses * 3} == {200}
    assert product.ask("GET", "/api/users/me/", token=token)[0] == 200
