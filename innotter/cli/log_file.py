"""What the programs of an installation say, kept in its folder."""

import logging
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

#: The newest so many bytes are kept, and three times as many before them.
LONGEST_FILE, FILES_BEFORE = 5_000_000, 3

_kept = logging.getLogger("innotter.cli.kept")


def keep_logs(file: Path) -> None:
    """Write down from now on what `note` is given, and drop the oldest of it."""
    logging.raiseExceptions = False  # A disk that is full ends nothing: the words are shown all the same.
    with suppress(OSError):
        file.parent.mkdir(exist_ok=True)
    handler = RotatingFileHandler(file, maxBytes=LONGEST_FILE, backupCount=FILES_BEFORE, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%d %H:%M:%S"))
    _kept.handlers = [handler]
    _kept.propagate = False
    _kept.setLevel(logging.INFO)


def note(line: str) -> None:
    if _kept.handlers:
        _kept.info("%s", line)
