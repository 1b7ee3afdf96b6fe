"""Where a command works: the data folder, with its servers running."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from innotter.cli.errors import CannotStart, plainly
from innotter.cli.lock import AGAIN, is_running, locked
from innotter.cli.programs import start_servers
from innotter.cli.supervisor import Supervisor
from innotter.config.data_dir import SECRET_KEYS, SERVERS_ID, DataDir


def data_dir() -> DataDir:
    """Where this installation keeps what it has; refuses root one whose private servers run as somebody else.

    Root's lie elsewhere: root would be shown an empty site, and leave files that the other can no longer read.
    """
    place = DataDir(os.environ.get("DATA_DIR") or "data")
    cluster = place.root / "servers" / "postgres"
    if os.geteuid() == 0 and not (place.root / SERVERS_ID).exists() and cluster.exists() and not _has_database():
        owner = _owner(cluster)
        raise CannotStart(f"{place.root} is {owner}'s, and so is its database. Do this as {owner}: sudo -u {owner} …")
    return place


def _has_database() -> bool:
    return bool(os.environ.get("DATABASE_URL"))


def _owner(path: Path) -> str:
    try:
        return path.owner()
    except KeyError:  # An account of another machine.
        return f"#{path.stat().st_uid}"


def installation() -> DataDir:
    """The data folder of an Innotter that has been started before; refuses any other, and makes nothing in it."""
    place = data_dir()
    with plainly(place.root, again=AGAIN):
        is_there = (place.root / SECRET_KEYS).exists() or is_running(place)
    if not is_there and not _has_database():
        raise CannotStart(
            f"There is no Innotter in {place.root}. Start one there with innotter up, or set DATA_DIR to where it is."
        )
    return place


def running_installation() -> DataDir:
    """The same, and its servers run: our own, or those at an address that is set."""
    place = installation()
    if not _has_database() and not is_running(place):
        raise CannotStart(f"Innotter is not running on {place.root}: start it with innotter up (or make run).")
    return place


@contextmanager
def servers_running(place: DataDir | None = None) -> Iterator[None]:
    """The private servers for the length of a command: those of a running `innotter up`, or our own.

    A folder that is given may be new; else there must be an installation.
    """
    place = place or installation()
    if is_running(place):
        yield
        return
    with locked(place), asyncio.Runner() as runner:
        supervisor = Supervisor()
        try:
            runner.run(start_servers(supervisor, place))
            yield
        finally:
            runner.run(supervisor.stop_all())


def set_up_django() -> None:
    """Load Django, with all addresses: before anything is written, and so before there are threads."""
    place = data_dir()
    for name, file in (("PORT", place.port), ("HOST", place.host)):
        if name not in os.environ and is_running(place) and file.exists():
            os.environ[name] = file.read_text().strip()
    import django  # `up` does without it and saves its memory.
    from django.urls import get_resolver
    from environs import EnvError

    try:
        django.setup()
        get_resolver().url_patterns  # noqa: B018 - asking loads them
    except EnvError as error:
        raise CannotStart(str(error)) from None
