"""Connections that wait for no database that has fallen silent.

A statement's own time limit is kept by the server: one that is frozen, or has vanished behind a network, keeps none.
"""

from typing import Any

from psycopg import Connection, OperationalError
from psycopg.abc import PQGen
from psycopg.errors import _WaitTimeout
from psycopg_pool import ConnectionPool

#: To connect, and to say that one is there, in seconds.
TO_CONNECT = 5
#: How each connection is made. Where the network is gone, TCP notices within twenty seconds; sockets of Unix have none.
OPTIONS: dict[str, Any] = {
    "connect_timeout": TO_CONNECT,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 20_000,
}


class Patient(Connection[dict[str, Any]]):
    """Waits for an answer for so long, and closes itself then."""

    #: In seconds: for longer than a statement may take.
    patience: float = 25

    def wait(self, gen: PQGen[Any], interval: float = 0.1, timeout: float | None = None) -> Any:
        """Called by psycopg for whatever it waits for."""
        try:
            return super().wait(gen, interval, self.patience if timeout is None else timeout)
        except _WaitTimeout:
            if timeout is not None:
                raise
            self.close()
            raise OperationalError("The database does not answer.") from None


def check(connection: Patient) -> None:
    """Refuse a connection whose other end is gone or silent, as the pool asks before it lends one."""
    whole, connection.patience = connection.patience, TO_CONNECT
    try:
        ConnectionPool.check_connection(connection)
    finally:
        connection.patience = whole
