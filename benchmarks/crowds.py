"""Much of one thing, written in one statement: replies, comments, jobs, notifications, followers, people."""

import json

from django.db import connection

from benchmarks import world
from innotter.accounts.models import User
from innotter.blog.models import Post
from innotter.pages.models import Page


def words_of_pages(**words: int) -> None:
    """What pages are found by, where they have none yet: handle and name, and each word for so many of the first."""
    world.run(
        """
        INSERT INTO pages_pagewords (page_id, vector)
        SELECT page.id,
            setweight(to_tsvector('simple', innotter_words(page.uuid)), 'A')
            || setweight(to_tsvector('simple', innotter_words(page.text)), 'B')
            || setweight(to_tsvector('russian', innotter_words(page.text)), 'B')
        FROM (
            SELECT id, uuid, concat_ws(' ', name, (
                SELECT string_agg(word.key, ' ') FROM jsonb_each_text(%(words)s::jsonb) AS word
                WHERE word.value::bigint >= row
            )) AS text
            FROM (SELECT id, uuid, name, row_number() OVER (ORDER BY id) AS row FROM pages_page) AS page
            WHERE id NOT IN (SELECT page_id FROM pages_pagewords)
        ) AS page
        """,
        words=json.dumps(words),
    )


def replies(post: Post, count: int) -> None:
    """So many replies to a post, by the pages in turn: a quarter to the post itself, the rest to earlier ones."""
    world.run(
        """
        WITH first AS (SELECT coalesce(max(id), 0) AS id FROM blog_post)
        INSERT INTO blog_post (id, page_id, content, reply_to_id, answered_id, likes_count, created_at, updated_at)
        SELECT first.id + n, page.id, 'Reply ' || n || ', which says something about walking.',
            CASE WHEN n %% 4 = 1 THEN %(post)s ELSE first.id + n - 1 END,
            CASE WHEN n %% 4 = 1 THEN %(post)s ELSE first.id + n - 1 END, 0, now(), now()
        FROM first, generate_series(1, %(count)s) AS n
        JOIN (SELECT id, row_number() OVER (ORDER BY id) AS row FROM pages_page LIMIT 100) AS page
            ON page.row = 1 + n %% (SELECT least(count(*), 100) FROM pages_page)
        ORDER BY n
        """,
        post=post.pk,
        count=count,
    )
    world.run("SELECT setval(pg_get_serial_sequence('blog_post', 'id'), (SELECT max(id) FROM blog_post))")


def comments(post: Post, count: int) -> None:
    """So many comments on an article: threads of five, a comment and four answers to it."""
    world.run(
        """
        WITH first AS (SELECT coalesce(max(id), 0) AS id FROM blog_comment)
        INSERT INTO blog_comment (id, post_id, parent_id, root_id, depth, author_id, name, email, language, wants_mail,
            text, created_at, confirmed_at)
        SELECT first.id + n, %(post)s, answered.id, answered.id, CASE WHEN answered.id IS NULL THEN 0 ELSE 1 END,
            %(author)s, '', '', 'en', true, 'Comment ' || n || ', which says something about walking.', now(), now()
        FROM first, generate_series(1, %(count)s) AS n,
            LATERAL (SELECT CASE WHEN n %% 5 <> 1 THEN first.id + n - (n - 1) %% 5 END AS id) AS answered
        ORDER BY n
        """,
        post=post.pk,
        author=post.page.owner_id,
        count=count,
    )
    world.run("SELECT setval(pg_get_serial_sequence('blog_comment', 'id'), (SELECT max(id) FROM blog_comment))")


def jobs(owner: User, count: int) -> None:
    """So many jobs, most of them done."""
    world.run(
        """
        INSERT INTO jobs_job (owner_id, name, description, handler, parameters, file, file_name, scheduled_time, due_at,
            status, attempt, max_attempts, percent, step, error, created_at, started_at, finished_at, open_to_bids,
            currency)
        SELECT %(owner)s, 'Job ' || n, '', 'http_request', '{}', '', '', now() - n * interval '1 minute', now(),
            (ARRAY['completed', 'completed', 'completed', 'failed', 'cancelled'])[1 + n %% 5], 1, 1, 100, '', '',
            now(), now(), now(), false, ''
        FROM generate_series(1, %(count)s) AS n
        """,
        owner=owner.pk,
        count=count,
    )


def notifications(recipient: User, count: int) -> None:
    """So many unread notifications: pages that one follows have posted, and somebody follows one's own."""
    world.run(
        """
        WITH last AS (SELECT coalesce(max(event_id), 0) AS id FROM notifications_notification),
            post AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS row FROM blog_post LIMIT 100),
            person AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS row FROM accounts_user LIMIT 100)
        INSERT INTO notifications_notification (recipient_id, kind, subject_id, actor_id, count, event_id, created_at)
        SELECT %(recipient)s, CASE WHEN n %% 4 = 0 THEN 'new_follower' ELSE 'new_post' END,
            CASE WHEN n %% 4 = 0 THEN %(page)s ELSE post.id END, person.id, 1, last.id + n, now()
        FROM last, generate_series(1, %(count)s) AS n
        JOIN post ON post.row = n %% 100
        JOIN person ON person.row = n %% 100
        ORDER BY n
        """,
        recipient=recipient.pk,
        page=Page.objects.filter(owner=recipient).values_list("pk", flat=True).first(),
        count=count,
    )


def crowd(count: int, prefix: str, *, after: int = 0) -> None:
    """People without pages, up to such a number. It takes less time to index at the end what they are found by."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'user_words'")
        (index,) = cursor.fetchone()
        cursor.execute("DROP INDEX user_words")
    world.run(
        """
        INSERT INTO accounts_user (username, email, email_verified_at, date_joined, password, name, title, avatar, role,
            is_blocked, language, time_zone)
        SELECT %(prefix)s || n, %(prefix)s || n || '@example.org', now(), now(), '', '', '', '', 'user', false, 'en',
            'UTC'
        FROM generate_series(%(after)s + 1, %(count)s) AS n
        """,
        prefix=prefix,
        after=after,
        count=count,
    )
    world.run(index)


def follow(page: Page, prefix: str, count: int) -> None:
    """Let so many of these people follow a page."""
    world.run(
        """
        INSERT INTO pages_follow (page_id, follower_id, status, created_at, accepted_at)
        SELECT %(page)s, id, 'accepted', now(), now() FROM accounts_user WHERE username LIKE %(like)s
        ORDER BY id LIMIT %(count)s
        """,
        page=page.pk,
        like=f"{prefix}%",
        count=count,
    )
