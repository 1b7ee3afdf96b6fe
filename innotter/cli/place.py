"""Where a command works: the data folder, with its servers running."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager

from environs import EnvError

from innotter.cli.errors import CannotStart
from innotter.cli.supervisor import Supervisor
from innotter.cli.up import is_running, locked, start_servers
from innotter.config.data_dir import DataDir


def data_dir() -> DataDir:
    return DataDir(os.environ.get("DATA_DIR") or "data")


@contextmanager
def servers_running() -> Iterator[None]:
    """The private servers for the length of a command: those of a running `innotter up`, or our own."""
    place = data_dir()
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
    import django  # noqa: PLC0415 - `up` does without it, and saves its memory

    try:
        django.setup()
    except EnvError as error:
        raise CannotStart(str(error)) from None
