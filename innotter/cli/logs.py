"""Showing what the programs of an installation have said."""

import sys
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import click

from innotter.cli.place import installation
from innotter.cli.programs import NAMES

#: Between two looks for more, in seconds.
LOOK_SECONDS = 0.3


@click.command()
@click.argument("program", required=False, type=click.Choice(NAMES))
@click.option("--lines", "-n", default=100, show_default=True, type=click.IntRange(0), help="How many of the last.")
@click.option("--follow", "-f", is_flag=True, help="Go on with what comes, until Ctrl-C.")
def logs(program: str | None, lines: int, *, follow: bool) -> None:
    """Show what the programs have said: all of them, or one, such as web or worker."""
    file = installation().logs
    wanted = f" {program:<8} │ " if program else ""
    if not file.exists():
        raise click.ClickException(f"Nothing is kept in {file} yet. An innotter up writes there while it runs.")
    with file.open(encoding="utf-8", errors="replace") as kept:
        for line in deque((line for line in kept if wanted in line), maxlen=lines):
            sys.stdout.write(line)
        if follow:
            for line in _coming(file, kept):
                if wanted in line:
                    sys.stdout.write(line)
                    sys.stdout.flush()


def _coming(file: Path, kept: TextIO) -> Iterator[str]:
    """Each line that is written from now on, also when the file is put aside for a new one."""
    while True:
        if line := kept.readline():
            yield line
            continue
        time.sleep(LOOK_SECONDS)
        if file.exists() and file.stat().st_ino != Path(f"/dev/fd/{kept.fileno()}").stat().st_ino:
            yield from kept
            kept = file.open(encoding="utf-8", errors="replace")
