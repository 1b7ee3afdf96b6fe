"""The services as they run beside the core, with the core's keys: in processes of their own."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection

from innotter.accounts.tokens import public_keys
from services.insights.migrate import migrate
from tests.running import free_port, status_of, wait_until


def database_url(name: str = "") -> str:
    """The database of these tests, or another one of the same server, for a process beside them."""
    known = connection.settings_dict
    who = known["USER"] + (f":{quote(known['PASSWORD'])}" if known["PASSWORD"] else "")
    place = f"/{name or known['NAME']}?host={quote(known['HOST'], safe='')}"
    return f"postgresql://{who}@{place}" + (f"&port={known['PORT']}" if known["PORT"] else "")


@pytest.fixture(scope="session")
def keys_of_the_core() -> Iterator[str]:
    """Where the services find the keys that check the core's tokens."""

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(public_keys()).encode())

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Keys)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def statistics_service(keys_of_the_core, tmp_path_factory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("statistics") / "statistics.sqlite"
    yield from _running("services.stats.app:app", JWKS_URL=keys_of_the_core, STATS_SQLITE_PATH=str(path))


@pytest.fixture(scope="session")
def insights_database(django_db_setup) -> str:
    """Where its tables lie, in the schema `insights` beside those of the core; they are made by the migrations."""
    url = database_url()
    migrate(url)
    return url


@pytest.fixture(scope="session")
def insights_service(keys_of_the_core, django_db_setup) -> Iterator[str]:
    """With a database of its own: it would take the reports that tests of the same process leave to be made."""
    name = f"{connection.settings_dict['NAME']}_insights"
    with psycopg.connect(database_url("postgres"), autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}"')
        migrate(database_url(name))
        known = {"JWKS_URL": keys_of_the_core, "INSIGHTS_DATABASE_URL": database_url(name)}
        yield from _running("services.insights.asgi:app", **known)
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _running(app: str, **environment: str) -> Iterator[str]:
    port = free_port()
    flags = ["--interface", "asgi", "--host", "127.0.0.1", "--port", str(port), "--log-level", "error"]
    process = subprocess.Popen([sys.executable, "-m", "granian", *flags, app], env=os.environ | environment)

    wait_until(lambda: status_of(f"http://127.0.0.1:{port}/health/ready") == 200, what=app)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)
