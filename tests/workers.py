"""How the tests are shared out among processes, one for each core, and what each of these has of its own.

Every process has databases of its own in PostgreSQL and Redis. What there cannot be two of, and whole installations, go
in turn: a group of such tests runs in one process, one after the other.
"""

import os
from urllib.parse import urlsplit

import pytest
from xdist.scheduler import LoadScopeScheduling

#: The number of this process among those that share the tests; 0 where there is only one.
NUMBER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))

#: Whose tests use these put messages into queues of RabbitMQ and take them out, which have the same names for all.
QUEUES = {"rabbitmq", "services"}
#: What goes in turn, by the reason for it. A file belongs to the first group that names it or its folder.
IN_TURN = {
    "the queues of RabbitMQ": (
        "tests/blog/test_caching.py",
        "tests/cli/test_outages_of_rabbitmq.py",
        "tests/cli/test_restoring.py",
        "tests/deploy/",
        "tests/e2e/test_jobs_under_fire.py",
        "tests/e2e/test_worker_killed.py",
        "tests/events/test_forwarding.py",
        "tests/services/stats/test_consumer.py",
        "tests/services/test_the_whole_way.py",
    ),
    # Each starts whole installations: two of them at a time leave enough of two cores, four would not.
    "browsers": ("tests/e2e/",),
    "commands": ("tests/cli/",),
}


class Sharing(LoadScopeScheduling):
    """Gives each process one test after the other, and first of all the groups that go in turn, one to a process."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid) or nodeid


def group_of(nodeid: str) -> str:
    """The group that a test goes in turn with; none for most."""
    return next((name for name, places in IN_TURN.items() if nodeid.startswith(places)), "")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Sharing:
    """Not `--dist loadgroup`: with pytest 9.2 it forgets the groups (pytest-dev/pytest-xdist#1386)."""
    return Sharing(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        uses_queues = QUEUES.intersection(getattr(item, "fixturenames", ()))
        if uses_queues and group_of(item.nodeid) != "the queues of RabbitMQ":
            raise pytest.UsageError(f"{item.nodeid} uses the queues of RabbitMQ: add its file to tests.workers.IN_TURN")


def only_shares_out(config: pytest.Config) -> bool:
    """Whether this process runs no test: it hands them to others."""
    return bool(getattr(config.known_args_namespace, "numprocesses", 0)) and "PYTEST_XDIST_WORKER" not in os.environ


def own_redis(address: str) -> str:
    """The database of Redis that this process may empty: the first one has the number that was given."""
    parts = urlsplit(address)
    return parts._replace(path=f"/{int(parts.path.strip('/') or 0) + NUMBER}").geturl()
