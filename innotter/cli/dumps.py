"""A database in a file, and a file in a database: PostgreSQL's own programs, those that fit the server."""

import os
import subprocess
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from innotter.cli.errors import CannotStart
from innotter.cli.servers import PrivateServers
from innotter.config.client_tools import SECONDS, NoTools, folder_for
from innotter.config.data_dir import DataDir

#: What a restore can have made, by its kind and name, as `DROP` takes them; not what belongs to something else and goes
#: with that alone: the sequence of a column, a function of an extension.
_THERE = """
    SELECT found.type, found.identity FROM pg_depend AS known, pg_namespace AS place,
    LATERAL pg_identify_object(known.classid, known.objid, 0) AS found
    WHERE known.refclassid = 'pg_namespace'::regclass AND known.refobjid = place.oid AND known.deptype = 'n'
    AND place.nspname IN ('public', 'insights') AND NOT EXISTS (
        SELECT FROM pg_depend AS owner
        WHERE owner.classid = known.classid AND owner.objid = known.objid AND owner.deptype IN ('i', 'e')
    )
    UNION SELECT 'schema', nspname FROM pg_namespace WHERE nspname = 'insights'
"""


def core_database(place: DataDir) -> str:
    """Where the core keeps what it knows."""
    return os.environ.get("DATABASE_URL") or f"postgresql://innotter@/innotter?host={place.sockets}"


def has_insights(address: str) -> bool:
    """Not before the first start."""
    return bool(_asked(address, "SELECT FROM pg_namespace WHERE nspname = 'insights'"))


def dumped(place: DataDir, path: Path, address: str, which: str) -> Path:
    """A database in a file, as it is at one moment."""
    flags = ["--format=custom", "--no-owner", "--no-acl", which, f"--file={path}"]
    _run(place, "pg_dump", *flags, address=address)
    return path


def check(place: DataDir, dump: Path, address: str, *, schema: str) -> None:
    """Refuse a file that cannot be read here, and a database that is not empty: nothing is written over."""
    if not dump.exists():
        return
    _run(place, "pg_restore", "--list", str(dump), address=address)
    if _asked(address, f"SELECT FROM pg_tables WHERE schemaname = '{schema}'"):
        where = urlsplit(address).path.lstrip("/")
        raise CannotStart(f"The database {where} is not empty. Nothing is written over: give an empty one.")


def load(place: DataDir, dump: Path, address: str) -> None:
    """Fill a database from a file, if there is one: with all of it, or with nothing."""
    if not dump.exists():
        return
    flags = ["--no-owner", "--no-acl", "--exit-on-error", "--single-transaction"]
    _run(place, "pg_restore", *flags, str(dump), address=address)


def what_is_there(address: str) -> set[tuple[str, str]]:
    """What a database holds, by kind and name."""
    return set(_asked(address, _THERE))


def take_back(address: str, *, before: AbstractSet[tuple[str, str]]) -> None:
    """Remove what a database holds now and did not before."""
    new = what_is_there(address) - before
    try:
        with psycopg.connect(address, connect_timeout=SECONDS) as connection:
            for kind, name in new:  # Both as PostgreSQL itself writes them.
                connection.execute(sql.SQL(f"DROP {kind} IF EXISTS {name} CASCADE"))
    except psycopg.Error as error:
        raise CannotStart(str(error).strip()) from None


def _asked(address: str, query: str) -> list[Any]:
    try:
        with psycopg.connect(address, connect_timeout=SECONDS) as connection:
            return connection.execute(query.encode()).fetchall()
    except psycopg.Error as error:
        raise CannotStart(f"The database cannot be asked: {str(error).strip()}") from None


def _program(place: DataDir, name: str, address: str) -> str:
    """Where one of PostgreSQL's programs lies: ours for our own server, for others one that fits."""
    if str(place.sockets) in unquote(address):
        return PrivateServers(place).program(name)
    try:
        return str(folder_for(address) / name)
    except NoTools as advice:
        raise CannotStart(str(advice)) from None


def _run(place: DataDir, program: str, *flags: str, address: str) -> str:
    """Run one of PostgreSQL's programs on a database; gives what it says.

    The password goes by the environment: a command line can be read by everybody on the machine.
    """
    parts = urlsplit(address)
    known = {"PGPASSWORD": unquote(parts.password)} if parts.password else {}
    who, _at, where = parts.netloc.rpartition("@")
    open_part = f"{who.partition(':')[0]}@{where}" if who else where
    command = [_program(place, program, address), *flags, f"--dbname={parts._replace(netloc=open_part).geturl()}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | known)
    if done.returncode:
        raise CannotStart(f"{program} failed:\n{done.stderr.strip()}")
    return done.stdout
