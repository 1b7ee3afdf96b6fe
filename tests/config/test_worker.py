"""The worker of Celery: its connections to the database, and beat beside it."""

import os
import signal
from types import SimpleNamespace

import pytest
from celery.worker import state
from django.db import connection

from innotter.config import queues
from innotter.config.celery import app, give_connections_back

TASK = SimpleNamespace(request=SimpleNamespace(is_eager=False))


def pid():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_a_hand_keeps_its_connections_from_task_to_task(monkeypatch):
    (django,) = app._fixups
    fixup = django.worker_fixup
    monkeypatch.setattr(fixup, "worker", SimpleNamespace(pool_cls="prefork"))
    pid()
    pool = connection.pool
    for done in (fixup.on_task_postrun, fixup.on_task_prerun):
        done(sender=TASK)
        give_connections_back(task=TASK)
        assert connection.connection is None, "nothing of one task is left to the next"
    pid()
    assert connection.pool is pool
    assert not pool.closed


@pytest.mark.django_db
def test_a_task_that_is_run_in_the_callers_place_leaves_them_alone():
    pid()
    first = connection.connection
    give_connections_back(task=SimpleNamespace(request=SimpleNamespace(is_eager=True)))
    assert connection.connection is first


class Beat:
    """The process beside the worker."""

    def __init__(self, *, pid, is_alive):
        self.pid, self.is_alive = pid, lambda: is_alive


@pytest.mark.parametrize(
    ("beat", "is_stopping", "is_ended"),
    [
        (Beat(pid=5, is_alive=False), False, True),
        (Beat(pid=5, is_alive=True), False, False),
        (Beat(pid=None, is_alive=False), False, False),
        (Beat(pid=5, is_alive=False), True, False),
        (None, False, False),
    ],
    ids=["dead", "alive", "not started", "stopped with the worker", "of a worker of its own"],
)
def test_a_worker_ends_with_the_beat_beside_it(monkeypatch, beat, is_stopping, is_ended):
    signals = []
    monkeypatch.setattr(os, "kill", lambda pid, number: signals.append((pid, number)))
    monkeypatch.setattr(state, "should_stop", 0 if is_stopping else None)
    monkeypatch.setattr(queues, "_worker", {"here": SimpleNamespace(beat=beat)})
    queues.end_with_beat()
    assert signals == ([(os.getpid(), signal.SIGTERM)] if is_ended else [])
