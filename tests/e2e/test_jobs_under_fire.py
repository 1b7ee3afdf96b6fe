"""D-5, D-10: two thousand jobs on RabbitMQ, and a SIGKILL every second or so: nothing is lost or done twice."""

import os
import random
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psycopg

from tests.running import Running, wait_until

JOBS = 2000
POSTS = 400
HANDS = 3
#: A slow machine is under fire for no larger share of its work than a quick one.
SHOTS = 60

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


#: Jobs that are refused as soon as they begin, as the API would have written them.
REFUSED = """
    WITH submitted AS (
    INSERT INTO jobs_job (
        owner_id, name, description, handler, parameters, file, file_name, scheduled_time, due_at, status, attempt,
        max_attempts, percent, step, error, created_at, open_to_bids, currency
    )
    SELECT id, 'Job', '', 'http_request', '{"url": "http://localhost/"}', '', '', now(), now(), 'pending', 0,
        100, 0, '', '', now(), false, ''
    FROM accounts_user, generate_series(1, %s) WHERE username = 'owner'
    RETURNING id, owner_id
    )
    INSERT INTO jobs_queueentry (job_id, owner_id, is_quick, is_ready, due_at, priority, attempt)
    SELECT id, owner_id, FALSE, TRUE, now(), 0, 0 FROM submitted
"""


def publish(product, token, number):
    """Submit a job that would show if it were done twice."""
    asked = {"handler": "publish_post", "parameters": {"page": "busy", "content": f"Post number {number}"}}
    assert product.ask("POST", "/api/jobs/", {"name": f"Job {number}", **asked}, token)[0] == 201


def shoot(product, has_ended):
    """Kill one of the hands of the job worker, again and again, and now and then the worker itself; says how often."""
    shots = 0
    while shots < SHOTS and not has_ended.wait(random.uniform(0.5, 1.5)):
        worker, *hands = sorted(product.processes("--queues jobs")) or [None]
        if len(hands) == HANDS:  # Whoever stands up again is given the time.
            shots += 1
            with suppress(ProcessLookupError):
                os.kill(worker if shots % 15 == 0 else random.choice(hands), signal.SIGKILL)
    return shots


def test_every_job_is_completed_or_failed_exactly_once(tmp_path, services):
    settings = {"JOBS_LEASE_SECONDS": "2", "JOBS_RETRY_SECONDS": "0", "JOBS_MAX_ATTEMPTS": "100"}
    settings |= {"JOBS_MAX_WAITING": "10000", "THROTTLE_WRITE_ACCOUNT": "100000/minute", "JOB_CONCURRENCY": str(HANDS)}
    product = Running(tmp_path, **services, **settings).start()
    has_ended = threading.Event()
    try:
        token = product.register("owner")
        assert product.ask("POST", "/api/pages/", {"name": "Busy", "uuid": "busy"}, token)[0] == 201
        product.ask("PATCH", "/api/notifications/preferences/", {"job_failed": {"by_email": False}}, token)
        with psycopg.connect(services["DATABASE_URL"], autocommit=True) as database, ThreadPoolExecutor(4) as pool:
            gun = ThreadPoolExecutor(1).submit(shoot, product, has_ended)
            database.execute(REFUSED, [JOBS - POSTS])
            list(pool.map(lambda number: publish(product, token, number), range(POSTS)))

            def are_done():
                time.sleep(0.5)
                unfinished = "SELECT 1 FROM jobs_job WHERE status NOT IN ('completed', 'failed') LIMIT 1"
                return database.execute(unfinished).fetchone() is None

            wait_until(are_done, seconds=400, what="the end of all jobs")
            has_ended.set()
            states = database.execute(STATES).fetchall()
            assert states == [("completed", "publish_post", POSTS), ("failed", "http_request", JOBS - POSTS)]
            assert database.execute(LEFT).fetchone() == (0,)
            assert database.execute(WRONG).fetchall() == []
            assert database.execute(PUBLISHED).fetchone() == (POSTS, POSTS), "each is published once"
            assert gun.result() > 5
            assert database.execute(INTERRUPTED).fetchone()[0] > 0, "somebody was hit"
            wait_until(lambda: database.execute(UNTOLD).fetchall() == [], seconds=200, what="telling of each, once")
    finally:
        has_ended.set()
        product.stop()
        product.discard()
