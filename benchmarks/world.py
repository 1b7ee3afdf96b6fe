"""Worlds to measure, written in a few statements: people, a page for each, posts spread unevenly as on a busy site."""

import os
import string
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.utils import timezone
from django.utils.crypto import get_random_string

from innotter.accounts.authentication import BACKEND
from innotter.accounts.models import User
from innotter.accounts.services import Device, start_browser_session, start_token_session
from innotter.blog.models import Announcement
from innotter.config.celery import app as celery
from innotter.events.models import Delivery, Outgoing
from innotter.jobs.models import QueueEntry
from innotter.mail.models import OutgoingMail
from innotter.webhooks.models import WebhookDelivery

_DSN = {"host": "HOST", "port": "PORT", "dbname": "NAME", "user": "USER", "password": "PASSWORD"}


def known_to_floors() -> None:
    """Let the floors, which know nothing of Django, find this database: they read `BENCH_DSN`."""
    settings = connection.settings_dict
    os.environ["BENCH_DSN"] = " ".join(f"{name}='{settings[key]}'" for name, key in _DSN.items() if settings.get(key))


def people(count: int, prefix: str) -> None:
    """So many more people, each with a page of their own."""
    User.objects.bulk_create(
        (
            User(username=f"{prefix}{number}", email=f"{prefix}{number}@example.org", email_verified_at=timezone.now())
            for number in range(count)
        ),
        batch_size=5000,
    )
    pages_of(prefix)


def pages_of(prefix: str) -> None:
    """A page for each of these people."""
    run(
        """
        INSERT INTO pages_page (name, uuid, description, owner_id, is_private, created_at, last_post_id)
        SELECT 'Page ' || id, 'page-' || id, 'What it is about', id, false, now(), 0
        FROM accounts_user WHERE username LIKE %(like)s AND id NOT IN (SELECT owner_id FROM pages_page) ORDER BY id
        """,
        like=f"{prefix}%",
    )


def posts(count: int, prefix: str) -> None:
    """So many more posts on the pages of these people."""
    pages = User.objects.filter(username__startswith=prefix).count()
    run(
        """
        INSERT INTO blog_post (page_id, content, likes_count, created_at, updated_at)
        SELECT page.id, 'Post ' || n || ': something short, as people write it, with an end.', n %% 50, now(), now()
        FROM generate_series(1, %(count)s) AS n
        JOIN (
            SELECT page.id, row_number() OVER (ORDER BY page.id) AS row
            FROM pages_page AS page JOIN accounts_user AS owner ON owner.id = page.owner_id
            WHERE owner.username LIKE %(like)s
        ) AS page ON page.row = 1 + floor(%(pages)s * power(abs(sin(n * 12.9898)), 2))::int %% %(pages)s
        ORDER BY n  -- As the pages write in turn; the planner would rather write page by page.
        """,
        count=count,
        pages=pages,
        like=f"{prefix}%",
    )
    run(
        """
        UPDATE pages_page SET last_post_id = newest.id
        FROM (SELECT page_id, max(id) AS id FROM blog_post GROUP BY page_id) AS newest
        WHERE newest.page_id = pages_page.id AND last_post_id < newest.id
        """
    )


def nothing_left_to_do() -> None:
    """Forget the work that other parts have left: a worker that is started now would begin with that."""
    work = [Announcement, Delivery, Outgoing, OutgoingMail, QueueEntry, WebhookDelivery]
    run(f"TRUNCATE {', '.join(model._meta.db_table for model in work)} CASCADE")
    celery.control.purge()


def follow(reader: User, prefix: str, count: int) -> None:
    """Let somebody follow so many pages of these people."""
    run(
        """
        INSERT INTO pages_follow (page_id, follower_id, status, created_at, accepted_at)
        SELECT page.id, %(reader)s, 'accepted', now(), now()
        FROM pages_page AS page JOIN accounts_user AS owner ON owner.id = page.owner_id
        WHERE owner.username LIKE %(like)s AND page.owner_id <> %(reader)s
        ORDER BY md5(page.id::text) LIMIT %(count)s
        """,
        reader=reader.pk,
        like=f"{prefix}%",
        count=count,
    )


def followed_by(owner: User, count: int) -> None:
    """Let so many people follow somebody's page."""
    run(
        """
        INSERT INTO pages_follow (page_id, follower_id, status, created_at, accepted_at)
        SELECT page.id, follower.id, 'accepted', now(), now()
        FROM pages_page AS page,
             (SELECT id FROM accounts_user WHERE id <> %(owner)s ORDER BY id LIMIT %(count)s) AS follower
        WHERE page.owner_id = %(owner)s
        """,
        owner=owner.pk,
        count=count,
    )


def settle() -> None:
    """Let the database know its tables as they are now."""
    run("VACUUM ANALYZE")


@contextmanager
def in_bulk() -> Iterator[None]:
    """Write many rows without the triggers that note changes and check references: nobody is there who would ask."""
    run("SET session_replication_role = replica")
    try:
        yield
    finally:
        run("SET session_replication_role = DEFAULT")


def cookies_of(person: User) -> dict[str, str]:
    """The header with which a person's browser asks."""
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person.pk), BACKEND
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session["preferences"], session["seen"] = (person.language, person.time_zone), int(timezone.now().timestamp())
    session.create()
    start_browser_session(user=person, device=Device(name="bench", ip=None), browser_key=session.session_key or "")
    secret = get_random_string(32, allowed_chars=string.ascii_letters + string.digits)
    cookies = {settings.SESSION_COOKIE_NAME: session.session_key, settings.CSRF_COOKIE_NAME: secret}
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}


def token_of(person: User) -> dict[str, str]:
    """The header with which a person asks."""
    tokens = start_token_session(user=person, device=Device(name="bench", ip=None))
    return {"Authorization": f"Bearer {tokens.access}"}


def run(sql: str, **parameters: object) -> None:
    """Run a statement that fills the world."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)
