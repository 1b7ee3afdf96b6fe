"""The engine that `DATABASES` names. Django looks for it under this name."""

import select
from typing import Any, cast

import psycopg
from django.db.backends.postgresql import base

#: What plans are made for: short statements over what is in memory, on machines where each core answers somebody else.
#: To start a worker beside takes longer than most statements do, to compile one too; and a page of a table that is read
#: by itself costs what one in a row does.
PLANNING = "SET max_parallel_workers_per_gather = 0; SET jit = off; SET random_page_cost = 1.1"
#: For how long a server is waited for that says nothing, in seconds; where the network is gone, TCP notices within
#: twenty (`tcp_user_timeout` is in ms). Without these, a connection waits two minutes, and one that is kept for hours.
#: What DATABASE_URL says of them counts, and sockets of Unix have none.
PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 20_000,
}


class DatabaseWrapper(base.DatabaseWrapper):
    """Lends no connection that the server has closed.

    `CONN_HEALTH_CHECKS` asks the server before each loan: another round trip for each request. Whoever closes a
    connection says so to its other end, so that a look at the socket tells the same. A server that has vanished without
    a word is found by the first statement, as it would be if it vanished between a check and that.
    """

    def get_connection_params(self) -> dict[str, Any]:
        """Django's, and for how long a silent server is waited for."""
        return PATIENCE | super().get_connection_params()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        while self.pool and is_over(connection):
            connection.close()
            self.pool.putconn(connection)  # It makes another one.
            connection = super().get_new_connection(conn_params)
        return connection

    def _configure_connection(self, connection: psycopg.Connection[Any]) -> bool:
        """Asked for each connection that is made, also by the pool; says whether there is something to commit."""
        cast("Any", super())._configure_connection(connection)  # noqa: SLF001 - the pool knows no other place for it
        connection.execute(PLANNING)
        return True


def is_over(connection: psycopg.Connection[Any]) -> bool:
    """Whether the server has ended an idle connection."""
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if not poll.poll(0):
        return False
    # Something has been said: that this is the end, or a notice.
    try:
        connection.execute("")
    except psycopg.Error:
        return True
    return False
