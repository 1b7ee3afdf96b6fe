"""The floor of the feed: no framework, no authentication, the best SQL for the same rows, and orjson."""

import os
from urllib.parse import parse_qs

import orjson
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

SQL = """
    SELECT post.id, source.handle AS page, source.name AS page_name, post.content, post.likes_count AS likes,
           EXISTS (SELECT FROM blog_like WHERE blog_like.post_id = post.id AND user_id = %(reader)s) AS liked_by_me,
           post.created_at, post.updated_at
    FROM (
        SELECT page.id, page.uuid AS handle, page.name
        FROM (
            SELECT page_id FROM pages_follow WHERE follower_id = %(reader)s AND status = 'accepted'
            UNION
            SELECT id FROM pages_page WHERE owner_id = %(reader)s
        ) AS mine
        JOIN pages_page AS page ON page.id = mine.page_id
        WHERE page.blocked_until IS NULL AND page.last_post_id > 0
          AND NOT EXISTS (SELECT FROM accounts_user WHERE accounts_user.id = page.owner_id AND is_blocked)
        ORDER BY page.last_post_id DESC
        LIMIT 21
    ) AS source
    CROSS JOIN LATERAL (
        SELECT * FROM blog_post WHERE blog_post.page_id = source.id ORDER BY id DESC LIMIT 21
    ) AS post
    ORDER BY post.id DESC
    LIMIT 21
"""

pool = ConnectionPool(
    os.environ["BENCH_DSN"], min_size=4, max_size=4, kwargs={"row_factory": dict_row, "autocommit": True}, open=True
)


def application(environ, start_response):
    reader = int(parse_qs(environ["QUERY_STRING"])["reader"][0])
    with pool.connection() as connection:
        rows = connection.execute(SQL, {"reader": reader}).fetchall()
    body = orjson.dumps({"next": rows[20]["id"] if len(rows) > 20 else None, "previous": None, "results": rows[:20]})
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
