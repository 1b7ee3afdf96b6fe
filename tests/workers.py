"""How the tests are shared out among processes, one for each core, and what each of these has of its own.

Every process has databases of its own in PostgreSQL and Redis. What there cannot be two of, and what measures time on a
whole installation, runs in one of the processes, one after the other; so do the tests in the browser, in another.
"""

import os
from urllib.parse import urlsplit

import pytest
from xdist.scheduler import LoadScopeScheduling

#: The number of this process among those that share the tests; 0 where there is only one.
NUMBER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))

#: Whose tests use these put messages into queues of RabbitMQ and take them out, which have the same names for all.
QUEUES = {"rabbitmq", "services", "empty_services"}
#: Tests of such queues, and those that start whole installations.
IN_TURN = (
    "tests/blog/test_caching.py",
    "tests/cli/",
    "tests/deploy/",
    "tests/e2e/test_jobs_under_fire.py",
    "tests/e2e/test_worker_killed.py",
    "tests/events/test_forwarding.py",
    "tests/events/test_silent_rabbitmq.py",
    "tests/services/stats/test_consumer.py",
    "tests/services/test_the_whole_way.py",
)


class Sharing(LoadScopeScheduling):
    """Gives each process one test after the other, but one of them first of all those that go in turn, and another
    those in the browser: these two are the largest shares, and what has most tests is given away first."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(IN_TURN):
            return "in turn"
        return "in the browser" if nodeid.startswith("tests/e2e/") else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Sharing:
    """Not `--dist loadgroup`: with pytest 9.2 it forgets the groups (pytest-dev/pytest-xdist#1386)."""
    return Sharing(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if QUEUES.intersection(getattr(item, "fixturenames", ())) and not item.nodeid.startswith(IN_TURN):
            raise pytest.UsageError(f"{item.nodeid} uses the queues of RabbitMQ: add its file to tests.workers.IN_TURN")


def only_shares_out(config: pytest.Config) -> bool:
    """Whether this process runs no test: it hands them to others."""
    return bool(getattr(config.known_args_namespace, "numprocesses", 0)) and "PYTEST_XDIST_WORKER" not in os.environ


def own_redis(address: str) -> str:
    """The database of Redis that this process may empty: the first one has the number that was given."""
    parts = urlsplit(address)
    return parts._replace(path=f"/{int(parts.path.strip('/') or 0) + NUMBER}").geturl()
