"""The floor of an article: no framework, no rules, the best SQL for the same answer, and orjson."""

import os
from urllib.parse import parse_qs

import orjson
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

SQL = """
    SELECT post.id, page.uuid AS page, page.name AS page_name, post.title, post.content AS excerpt, article.minutes,
           post.likes_count AS likes, article.content, article.html AS content_html, post.created_at, post.updated_at,
           (SELECT count(*) FROM blog_comment WHERE blog_comment.post_id = post.id AND confirmed_at IS NOT NULL
                AND hidden_at IS NULL AND deleted_at IS NULL) AS comments
    FROM blog_post AS post
    JOIN blog_articletext AS article ON article.post_id = post.id
    JOIN pages_page AS page ON page.id = post.page_id
    JOIN accounts_user AS owner ON owner.id = page.owner_id
    WHERE post.id = %(post)s AND NOT page.is_private AND page.blocked_until IS NULL AND NOT owner.is_blocked
"""
IMAGES = "SELECT id, width, height, alt FROM blog_postimage WHERE post_id = %(post)s ORDER BY id"

pool = ConnectionPool(
    os.environ["BENCH_DSN"], min_size=4, max_size=4, kwargs={"row_factory": dict_row, "autocommit": True}, open=True
)


def application(environ, start_response):
    key = {"post": int(parse_qs(environ["QUERY_STRING"])["post"][0])}
    with pool.connection() as connection:
        article = connection.execute(SQL, key).fetchone()
        article["images"] = connection.execute(IMAGES, key).fetchall()
    body = orjson.dumps(article)
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
