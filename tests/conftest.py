"""The world that tests live in: people, the doors they come through, and the relay that runs when it is told to."""

import math
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from innotter import rate_limits
from innotter.accounts.models import User
from innotter.accounts.services import Device, start_token_session
from innotter.blog.models import Announcement
from innotter.blog.services import announce
from innotter.events.services import deliver_all
from innotter.mail import services as mail
from innotter.mail.models import MailboxMessage
from innotter.site import current
from innotter.site.models import Site
from innotter.webhooks.anybody import anybody
from services.insights.migrate import migrate as migrate_insights
from tests.factories.accounts import UserFactory
from tests.flushing import delete_instead_of_truncating
from tests.servers import POSTGRES, RABBITMQ, REDIS, REQUIRED, answers

BROWSER = Path(__file__).parent / "e2e"
pytest_plugins = ["tests.aws", "tests.beside", "tests.brokers"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's tests come last, among themselves in any order: their product works beside all that follows it."""
    items.sort(key=lambda item: item.path.is_relative_to(BROWSER))


delete_instead_of_truncating()

# Passwords are hashed as in life, but in a thousandth of the time.
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1


@pytest.fixture(scope="session", autouse=True)
def _static_files():
    """Every file that a template names must exist: collected as for a real site.

    Every client of a test is a server of its own: it finds a file when it is asked for it, and does not read them all
    when it starts, which took half of the time of all tests.
    """
    call_command("collectstatic", interactive=False, verbosity=0)
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(autouse=True)
def _mail_and_media(settings, tmp_path):
    """Mail lands in the local mailbox, as without a mail server; uploads in a folder of the test's own."""
    settings.EMAIL_BACKEND = "innotter.mail.backend.MailboxBackend"
    settings.MEDIA_ROOT = tmp_path
    mail.silence.note(None)


@pytest.fixture(autouse=True)
def _nobody_has_knocked_yet():
    """Limits and caches begin anew with every test."""
    cache.clear()
    anybody.know(found=False)
    current.remember(Site(), seconds=math.inf)
    rate_limits._limiter.storage.reset()


@pytest.fixture
def _numbered_as_before(db) -> Iterator[None]:
    """After a test that numbers rows anew: a sequence is not put back with the rows."""
    names = "format('%I.%I', schemaname, sequencename)::regclass"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names}::text, coalesce(last_value, 1), last_value IS NOT NULL FROM pg_sequences")
        before = cursor.fetchall()
        yield
        cursor.executemany("SELECT setval(%s, %s, %s)", before)


@pytest.fixture
def alice(db) -> User:
    """Owns the page."""
    return UserFactory(username="alice", email="alice@example.org")


@pytest.fixture
def bob(db) -> User:
    """Follows it."""
    return UserFactory(username="bob", email="bob@example.org")


@pytest.fixture
def carol(db) -> User:
    """Knows nobody."""
    return UserFactory(username="carol", email="carol@example.org")


@pytest.fixture
def mia(db) -> User:
    return UserFactory(username="mia", role=User.Role.MODERATOR)


@pytest.fixture
def ada(db) -> User:
    return UserFactory(username="ada", role=User.Role.ADMIN)


@pytest.fixture
def api() -> APIClient:
    """The API, as a stranger without an account reaches it."""
    return APIClient()


@pytest.fixture
def as_person(db) -> Callable[[User], APIClient]:
    """The API, with a person's access token."""

    def client_of(user: User) -> APIClient:
        client = APIClient()
        tokens = start_token_session(user=user, device=Device(name="tests", ip="127.0.0.1"))
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.access}")
        return client

    return client_of


@pytest.fixture
def browser_of(db) -> Callable[[User], Client]:
    """The site, in a browser in which a person has signed in. CSRF is checked, as in life."""

    def client_of(user: User) -> Client:
        client = Client()
        client.post("/login/", {"identifier": user.username, "password": "correct-horse-7"})
        return client

    return client_of


@pytest.fixture
def deliver_events() -> Callable[[], None]:
    """Do what the relay, the announcer and the mail sweep do, now."""

    def deliver() -> None:
        deliver_all()
        for announcement in Announcement.objects.filter(finished_at=None):
            announce(announcement_id=announcement.pk)
        deliver_all()
        mail.deliver_due()

    return deliver


@pytest.fixture
def mails_to(deliver_events) -> Callable[[str], list[MailboxMessage]]:
    """The e-mails that have reached an address by now, newest first."""

    def mails(address: str) -> list[MailboxMessage]:
        deliver_events()
        return list(MailboxMessage.objects.filter(to__iexact=address).order_by("-pk"))

    return mails


@pytest.fixture
def code_for(mails_to) -> Callable[[str], str]:
    """The code in the newest e-mail to an address."""
    return lambda address: mails_to(address)[0].subject[:6]


@contextmanager
def _database_of_its_own(template: str = "template1") -> Iterator[dict[str, str]]:
    """A database on the servers of this machine, made from another one, for as long as the block lasts."""
    if not all(answers(address) for address in (POSTGRES, REDIS, RABBITMQ)):
        message = "PostgreSQL, Redis and RabbitMQ do not all run on this machine"
        pytest.fail(message) if REQUIRED else pytest.skip(message)
    name = f"innotter_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        yield {
            "DATABASE_URL": POSTGRES.rpartition("/")[0] + f"/{name}",
            "CACHE_URL": REDIS,
            "CELERY_BROKER_URL": RABBITMQ,
        }
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def _migrated_database() -> Iterator[str]:
    """The name of a database with the tables of the core and of insights, which others are made from."""
    with _database_of_its_own() as known:
        migrate = [sys.executable, "-m", "django", "migrate", "--no-input", "--verbosity", "0"]
        subprocess.run(migrate, env=os.environ | known, check=True)
        migrate_insights(known["DATABASE_URL"])
        yield known["DATABASE_URL"].rpartition("/")[2]


@pytest.fixture
def empty_services() -> Iterator[dict[str, str]]:
    """Servers of this machine, with a database that is the test's own and has no tables."""
    with _database_of_its_own() as known:
        # The accounts of another test had the same numbers: their limits are not those of this one.
        redis.Redis.from_url(REDIS).flushdb()
        yield known


@pytest.fixture
def services(_migrated_database) -> Iterator[dict[str, str]]:
    """The same, and the database has all tables."""
    with _database_of_its_own(_migrated_database) as known:
        redis.Redis.from_url(REDIS).flushdb()
        yield known
