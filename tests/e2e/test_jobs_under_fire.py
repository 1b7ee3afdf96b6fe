"""D-5, D-10: two thousand jobs, and a SIGKILL every second or so, of anything: nothing is lost or done twice."""

import os
import random
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import psycopg
import pytest

from innotter.config.data_dir import DataDir
from tests.running import Running, wait_until

JOBS = 2000
POSTS = 400
HANDS = 3

STATES = "SELECT status, handler, count(*) FROM jobs_job GROUP BY 1, 2 ORDER BY 1"
LEFT = "SELECT count(*) FROM jobs_queueentry"
#: Jobs whose attempts and results are not one for one, or that were done any other number of times than once.
WRONG = """
    SELECT job.id FROM jobs_job AS job LEFT JOIN jobs_jobresult AS result ON result.job_id = job.id
    GROUP BY job.id
    HAVING count(result.id) <> job.attempt
        OR count(*) FILTER (WHERE result.outcome = job.status AND result.attempt = job.attempt) <> 1
        OR count(*) FILTER (WHERE result.outcome = 'completed') <> (job.status = 'completed')::int
"""
PUBLISHED = "SELECT count(*), count(DISTINCT content) FROM blog_post"
INTERRUPTED = "SELECT count(*) FROM jobs_jobresult WHERE outcome = 'abandoned'"
UNTOLD = """
    SELECT job.id FROM jobs_job AS job
    LEFT JOIN notifications_notification AS told
    ON told.subject_id = job.id AND told.kind IN ('job_completed', 'job_failed')
    GROUP BY job.id HAVING count(told.id) <> 1
"""
#: Jobs as the API would have written them: quick ones that would show if they were done twice, and slow ones that are
#: refused as soon as they begin.
SUBMIT = """
    WITH submitted AS (
        INSERT INTO jobs_job (
            owner_id, name, description, handler, parameters, file, file_name, scheduled_time, due_at, status, attempt,
            max_attempts, percent, step, error, created_at, open_to_bids, currency
        )
        SELECT owner.id, 'Job', '', wish.handler, wish.parameters, '', '', now(), now(), 'pending', 0,
            100, 0, '', '', now(), false, ''
        FROM accounts_user AS owner, (
            SELECT 'publish_post', jsonb_build_object('page', 'busy', 'content', 'Post number ' || number)
            FROM generate_series(1, %(posts)s) AS number
            UNION ALL
            SELECT 'http_request', '{"url": "http://localhost/"}'
            FROM generate_series(1, %(others)s)
        ) AS wish (handler, parameters)
        WHERE owner.username = 'owner'
        RETURNING id, owner_id, handler
    )
    INSERT INTO jobs_queueentry (job_id, owner_id, is_quick, is_ready, due_at, priority, attempt, unique_key, awaited)
    SELECT id, owner_id, handler = 'publish_post', TRUE, now(), 0, 0, '', 0 FROM submitted
"""

#: What is shot at, by what its command says; and how many shots there are, so that a slow machine is under fire for no
#: larger share of its work than a quick one.
ON_SERVICES = (["--queues jobs"] * 8 + ["--queues innotter", "beat"], 40)
ON_PRIVATE_SERVERS = (["--queues jobs"] * 4 + ["--queues innotter", "beat", "valkey-server", "bin/postgres"], 16)


class Gun:
    """Kills the processes of a product, again and again: one of the hands, a worker, its clock, a server."""

    def __init__(self, product: Running, targets: list[str], shots: int) -> None:
        self.product, self.targets, self.shots = product, targets, shots
        self.fired = 0
        self.has_ended = threading.Event()

    def fire(self) -> None:
        while self.fired < self.shots and not self.has_ended.wait(random.uniform(0.5, 1.5)):
            target = random.choice(self.targets)
            processes = sorted(self.product.processes(target))
            # Whoever stands up again is given the time; of a worker its hands are hit more often than itself.
            if not processes or (target == "--queues jobs" and len(processes) <= HANDS):
                continue
            parent, *hands = processes
            self.fired += 1
            with suppress(ProcessLookupError):
                is_hand = target.startswith("--queues") and hands and self.fired % 10
                os.kill(random.choice(hands) if is_hand else parent, signal.SIGKILL)


@contextmanager
def shot_at(product: Running, targets: list[str], shots: int) -> Iterator[Gun]:
    gun = Gun(product, targets, shots)
    with ThreadPoolExecutor(1) as pool:
        firing = pool.submit(gun.fire)
        try:
            yield gun
        finally:
            gun.has_ended.set()
            firing.result()


def answers(database: str, statement: str) -> Callable[[], list[tuple[object, ...]] | None]:
    """What the database says to a statement; nothing while it is away."""

    def ask() -> list[tuple[object, ...]] | None:
        try:
            with psycopg.connect(database, autocommit=True, connect_timeout=5) as connection:
                return connection.execute(statement).fetchall()
        except psycopg.OperationalError:
            return None

    return ask


@pytest.mark.parametrize("where", ["on PostgreSQL, Redis and RabbitMQ", "on private servers"])
def test_every_job_is_completed_or_failed_exactly_once(tmp_path, where, request):
    is_private = "private" in where
    environment = {} if is_private else request.getfixturevalue("services")
    settings = {"JOBS_LEASE_SECONDS": "2", "JOBS_RETRY_SECONDS": "0", "JOBS_MAX_ATTEMPTS": "100"}
    settings |= {"JOB_CONCURRENCY": str(HANDS), "THROTTLE_PUBLISH_ACCOUNT": f"{JOBS}/second"}
    product = Running(tmp_path, **environment, **settings).start()
    database = environment.get("DATABASE_URL") or f"postgresql://innotter@/innotter?host={DataDir(tmp_path).sockets}"
    try:
        token = product.register("owner")
        assert product.ask("POST", "/api/pages/", {"name": "Busy", "uuid": "busy"}, token)[0] == 201
        product.ask("PATCH", "/api/notifications/preferences/", {"job_failed": {"by_email": False}}, token)
        with shot_at(product, *(ON_PRIVATE_SERVERS if is_private else ON_SERVICES)) as gun:
            with psycopg.connect(database, autocommit=True) as connection:
                connection.execute(SUBMIT, {"posts": POSTS, "others": JOBS - POSTS})
            are_left = answers(database, LEFT)
            wait_until(lambda: are_left() == [(0,)], seconds=400, every=0.5, what="the end of all jobs")
            assert gun.fired > 5
        with psycopg.connect(database, autocommit=True) as connection:
            states = connection.execute(STATES).fetchall()
            assert states == [("completed", "publish_post", POSTS), ("failed", "http_request", JOBS - POSTS)]
            assert connection.execute(WRONG).fetchall() == []
            assert connection.execute(PUBLISHED).fetchone() == (POSTS, POSTS), "each is published once"
            assert connection.execute(INTERRUPTED).fetchone()[0] > 0, "somebody was hit"
        are_untold = answers(database, UNTOLD)
        wait_until(lambda: are_untold() == [], seconds=200, every=0.5, what="telling of each, once")
    finally:
        product.stop()
        product.discard()
