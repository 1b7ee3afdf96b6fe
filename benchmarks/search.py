"""The search among five million posts: rare and common words, beginnings, several words, filters.

Beside each row is what the plainest SQL takes that finds the same ids, asked for once and again on one connection.
"""

import os
import statistics
import time
from collections.abc import Iterator
from urllib.parse import quote

from django.db import connection

from benchmarks import world
from benchmarks.load import Target, in_turn, row, served
from innotter.accounts.models import User

PRODUCT = "innotter.config.asgi:application"
#: Fewer, to see whether it works.
POSTS = int(os.environ.get("SEARCH_POSTS", "5000000"))
PAGES = 20_000
#: The n-th of eight thousand words, made of what stands at places that depend on it. The first are the commonest.
WORD = """
    substr('bacedifagu', 1 + 2 * (n % 5), 2) || substr('hklmnprs', 1 + n / 5 % 8, 1)
    || substr('aeiou', 1 + n / 40 % 5, 1) || substr('tvwyz', 1 + n / 200 % 5, 1)
    || substr('bdfgklmn', 1 + n / 1000 % 8, 1)
"""
#: Half of all posts have this word, one in a hundred this one, and twenty of them all this one.
COMMON, MIDDLING, RARE = "garden", "mulch", "quince"
BARE_RUNS, MOST_SECONDS = 50, 20

SEARCHES = {
    "rare word": f"q={RARE}",
    "word of 1 %": f"q={MIDDLING}",
    "word of half of all": f"q={COMMON}",
    "beginning of a word": "q=bak",
    "two words": f"q={COMMON} fahatb",
    "word on one page": f"q={COMMON} in:page-7",
    "word before a day": f"q={COMMON} before:2020-06-01",
    "word that nobody has": "q=zzzyzx",
}


def measure() -> Iterator[dict[str, object]]:
    """Rows for the table."""
    _world()
    token = world.token_of(User.objects.get(username="found7"))
    with served(PRODUCT) as port:
        targets = {
            f"{name}, {order} first": Target(port, f"/api/search/?type=posts&order={order}&{quote(asked, '=&')}", token)
            for name, asked in SEARCHES.items()
            for order in ("newest", "best")
        }
        targets["everything, word of 1 %"] = Target(port, f"/api/search/?q={MIDDLING}", token)
        targets["page, word of 1 %"] = Target(
            port, f"/search/?q={MIDDLING}", world.cookies_of(User.objects.get(username="found8"))
        )
        speeds = in_turn(targets, connections=1, seconds=1, warm_up=1)
    # Filters are left out of it.
    bare = {name: _bare([word for word in asked[2:].split() if ":" not in word]) for name, asked in SEARCHES.items()}
    for name, speed in speeds.items():
        beside = bare.get(name.partition(",")[0])
        measured = f"bare SQL {beside:.1f} ms" if beside else ""
        yield row(f"search, {POSTS:,} posts: {name}", speed, measured, "p50 ≤ 20 ms" if beside else "")


def _bare(words: list[str]) -> float:
    """The median of some runs, in milliseconds: the ids of the newest twenty, by whichever way PostgreSQL chooses."""
    question = " && ".join(["(to_tsquery('simple', %s) || plainto_tsquery('russian', %s))"] * len(words))
    parameters = [part for word in words for part in (f"'{word}':*", word)]
    times: list[float] = []
    with connection.cursor() as cursor:
        while len(times) < BARE_RUNS and sum(times) < MOST_SECONDS:
            began = time.perf_counter()
            cursor.execute(
                f"""
                SELECT post.id FROM blog_postwords AS words
                JOIN blog_post AS post ON post.id = words.post_id
                JOIN pages_page AS page ON page.id = post.page_id
                WHERE words.vector @@ ({question}) AND NOT words.is_article AND NOT page.is_private
                ORDER BY words.created_at DESC, post.id DESC LIMIT 20
                """,
                parameters,
            )
            cursor.fetchall()
            times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def _world() -> None:
    """Posts of nine words, of which few are common and most are not, one a minute until now."""
    world.people(PAGES, "found")
    with world.in_bulk():
        world.run("DROP INDEX post_words")
        world.run("SELECT setseed(0.5)")
        _write()
        world.run(
            """
            INSERT INTO blog_postwords (post_id, vector, is_article, created_at)
            SELECT id, setweight(to_tsvector('simple', words), 'B') || setweight(to_tsvector('russian', words), 'B'),
                false, created_at
            FROM (SELECT id, created_at, innotter_words(content) AS words FROM blog_post OFFSET 0) AS post
            """
        )
        world.run("CREATE INDEX post_words ON blog_postwords USING gin (vector)")
    world.settle()


def _write() -> None:
    world.run(
        f"""
        INSERT INTO blog_post (page_id, content, likes_count, created_at, updated_at)
        SELECT page.first + floor(random() * %(pages)s)::int,
            concat_ws(' ', text.words, CASE WHEN post %% 2 = 0 THEN %(common)s END,
                CASE WHEN post %% 100 = 7 THEN %(middling)s END,
                CASE WHEN post %% (%(posts)s / 20) = 9 THEN %(rare)s END),
            post %% 50, written.at, written.at
        FROM generate_series(1, %(posts)s) AS post
        CROSS JOIN (SELECT min(id) AS first FROM pages_page) AS page
        CROSS JOIN LATERAL (SELECT now() - (%(posts)s - post) * interval '1 minute' AS at) AS written
        CROSS JOIN LATERAL (
            SELECT string_agg({WORD.replace("%", "%%")}, ' ') AS words
            FROM (
                SELECT floor(50 * exp(random() * ln(161)) - 50)::int AS n FROM generate_series(1, 8) WHERE post > 0
            ) AS chosen
        ) AS text
        ORDER BY post
        """,
        posts=POSTS,
        pages=PAGES,
        common=COMMON,
        middling=MIDDLING,
        rare=RARE,
    )
