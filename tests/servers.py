"""Which PostgreSQL, cache and broker the tests run on: decided before Django reads its settings.

By default a private PostgreSQL and Valkey of their own, from the wheels that the product runs on. With
`REQUIRE_SERVICES=1`, the servers of this machine: PostgreSQL, Redis and RabbitMQ at their usual addresses, or at
those of `DATABASE_URL`, `CACHE_URL` and `CELERY_BROKER_URL`.
"""

import asyncio
import atexit
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.workers import only_shares_out, own_redis

REQUIRED = os.environ.get("REQUIRE_SERVICES") == "1"
POSTGRES = os.environ.get("DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
REDIS = own_redis(os.environ.get("CACHE_URL", "redis://127.0.0.1:6379/9"))
RABBITMQ = os.environ.get("CELERY_BROKER_URL", "amqp://guest:guest@127.0.0.1:5672//")

_PORTS = {"postgres": 5432, "redis": 6379, "amqp": 5672}


def answers(address: str) -> bool:
    """Whether something listens there."""
    parts = urlsplit(address)
    try:
        socket.create_connection((parts.hostname, parts.port or _PORTS[parts.scheme]), timeout=2).close()
    except OSError:
        return False
    return True


def _use_services_of_this_machine() -> None:
    missing = [address for address in (POSTGRES, REDIS, RABBITMQ) if not answers(address)]
    if missing:
        raise SystemExit(f"REQUIRE_SERVICES is set, but nothing answers at: {', '.join(missing)}")
    os.environ.update(DATABASE_URL=POSTGRES, CACHE_URL=REDIS, CELERY_BROKER_URL=RABBITMQ)


def _start_private_servers() -> None:
    from innotter.cli.programs import start_servers
    from innotter.cli.supervisor import Supervisor
    from innotter.config.data_dir import DataDir

    runner, supervisor = asyncio.Runner(), Supervisor()
    data_dir = DataDir(os.environ["DATA_DIR"])
    atexit.register(shutil.rmtree, data_dir.servers, ignore_errors=True)
    runner.run(start_servers(supervisor, data_dir))
    atexit.register(lambda: (runner.run(supervisor.stop_all()), runner.close()))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Before all others: pytest-django reads the settings here."""
    # A folder of the tests' own: nothing of an installation in the working directory is touched.
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="innotter-tests-")
    atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)
    os.environ.update(SITE_URL="http://localhost:8000", SECRET_KEY="only-for-tests", EMAIL_URL="")
    os.environ.update(STATISTICS_URL="", INSIGHTS_URL="")  # Tests that want a service have their own.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs a loop in the thread of the tests.
    if not only_shares_out(early_config):
        _provide_servers()
    return (yield)


def _provide_servers() -> None:
    if REQUIRED:
        _use_services_of_this_machine()
        return
    for name in ("DATABASE_URL", "CACHE_URL", "CELERY_BROKER_URL"):
        os.environ.pop(name, None)
    _start_private_servers()
