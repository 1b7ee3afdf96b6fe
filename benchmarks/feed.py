"""The home feed of a person who follows 500 of 2,000 pages with 100,000 posts, against its floor."""

import os

import django

django.setup()

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from benchmarks.load import Speed, served
from benchmarks.load import measure as load
from innotter.accounts.models import User
from innotter.accounts.services import Device, start_token_session

DSN = {"host": "HOST", "port": "PORT", "dbname": "NAME", "user": "USER", "password": "PASSWORD"}
PAGES, POSTS, FOLLOWED = 2_000, 100_000, 500


def measure() -> list[dict[str, object]]:
    """Rows for the table."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    reader = _world()
    token = start_token_session(user=reader, device=Device(name="bench", ip=None)).access
    settings = connection.settings_dict
    os.environ["BENCH_DSN"] = " ".join(
        f"{name}='{settings[key]}'"
        for name, key in {
            "host": "HOST",
            "port": "PORT",
            "dbname": "NAME",
            "user": "USER",
            "password": "PASSWORD",
        }.items()
        if settings.get(key)
    )
    os.environ["ACCESS_TOKEN_SECONDS"] = "3600"
    with served("benchmarks.feed_floor:application") as port:
        floor = load(port, f"/?reader={reader.pk}")
    with served("innotter.config.wsgi:application") as port:
        product = load(port, "/api/feed/", {"Authorization": f"Bearer {token}"})
    return [_row("feed: floor", floor, floor), _row("feed: cold", product, floor, "≥ 0.60")]


def _row(name: str, speed: Speed, floor: Speed, goal: str = "") -> dict[str, object]:
    return {
        "benchmark": name,
        "requests/s": round(speed.per_second),
        "p50 ms": round(speed.p50, 2),
        "p99 ms": round(speed.p99, 2),
        "× floor": round(speed.per_second / floor.per_second, 2),
        "goal": goal,
    }


def _world() -> User:
    """Written in a few statements; posts are spread over the pages as a busy site has them, unevenly."""
    User.objects.bulk_create(
        User(username=f"u{number}", email=f"u{number}@example.org", email_verified_at=timezone.now())
        for number in range(PAGES)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO pages_page (name, uuid, description, owner_id, is_private, created_at, last_post_id)
            SELECT 'Page ' || id, 'page-' || id, 'What it is about', id, false, now(), 0 FROM accounts_user;
            INSERT INTO blog_post (page_id, content, likes_count, created_at, updated_at)
            SELECT page.id, 'Post ' || n || ': something short, as people write it, with an end.', n %% 50, now(), now()
            FROM generate_series(1, %(posts)s) AS n
            JOIN (SELECT id, row_number() OVER (ORDER BY id) AS row FROM pages_page) AS page
              ON page.row = 1 + floor(%(pages)s * power(abs(sin(n * 12.9898)), 2))::int %% %(pages)s;
            UPDATE pages_page SET last_post_id = newest.id
            FROM (SELECT page_id, max(id) AS id FROM blog_post GROUP BY page_id) AS newest
            WHERE newest.page_id = pages_page.id;
            """,
            {"posts": POSTS, "pages": PAGES},
        )
        reader = User.objects.order_by("pk")[7]
        cursor.execute(
            """
            INSERT INTO pages_follow (page_id, follower_id, status, created_at)
            SELECT id, %(reader)s, 'accepted', now() FROM pages_page WHERE id %% 4 = 0 ORDER BY id LIMIT %(followed)s
            """,
            {"reader": reader.pk, "followed": FOLLOWED},
        )
        cursor.execute("VACUUM ANALYZE")
    return reader
