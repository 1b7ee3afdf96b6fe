"""A database for each part as the migrations leave it: what one part has written is nothing that the next measures."""

import psycopg
from django.core.cache import cache
from django.db import connection
from psycopg import sql

from innotter.config.celery import app as celery

#: The database that all others are copied from.
EMPTY = "empty"


def remember_empty() -> None:
    """Keep the database as it is now, for `begin_anew`."""
    _copy(str(connection.settings_dict["NAME"]), EMPTY)


def begin_anew() -> None:
    """Put the empty database in the place of this one, and forget what is cached and waits for workers."""
    _copy(EMPTY, str(connection.settings_dict["NAME"]))
    cache.clear()
    celery.control.purge()


def _copy(source: str, target: str) -> None:
    connection.close()
    connection.close_pool()  # Nobody may be connected to a database that is copied.
    where = connection.settings_dict
    words = {"host": where["HOST"], "port": where["PORT"], "user": where["USER"], "password": where["PASSWORD"]}
    given = {name: word for name, word in words.items() if word}
    with psycopg.connect(dbname="postgres", autocommit=True, **given) as server:
        old, new = sql.Identifier(source), sql.Identifier(target)
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(new))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(new, old))
