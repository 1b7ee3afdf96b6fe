"""Runs every benchmark on servers of its own, prints each row of a table as soon as it is measured, and writes
`benchmarks/results/<date>.json`. A part that fails costs no other its rows; the exit code says that one has."""

import asyncio
import json
import logging
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import django
from django.core.management import call_command

from innotter.cli.programs import start_servers
from innotter.cli.supervisor import Supervisor
from innotter.config.data_dir import DataDir

logger = logging.getLogger(__name__)

RESULTS = Path(__file__).parent / "results"
#: Of the columns, in characters.
WIDTHS = (42, 10, 10, 10, 24, 20)


def main() -> None:
    data = tempfile.mkdtemp(prefix="innotter-bench-")
    # Only the part about events has services beside it.
    os.environ.update(STATISTICS_URL="", INSIGHTS_URL="")
    os.environ.update(DATA_DIR=data, DJANGO_SETTINGS_MODULE="innotter.config.settings")
    with asyncio.Runner() as runner:
        supervisor = Supervisor()
        try:
            runner.run(start_servers(supervisor, DataDir(data)))
            rows, failed = _measure()
        finally:
            runner.run(supervisor.stop_all())
            shutil.rmtree(DataDir(data).servers, ignore_errors=True)
            shutil.rmtree(data, ignore_errors=True)
    _write(rows)
    sys.exit(f"These failed: {', '.join(failed)}." if failed else 0)


def _measure() -> tuple[list[dict[str, object]], list[str]]:
    """The rows, and the names of the parts that failed."""
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    os.environ["ACCESS_TOKEN_SECONDS"] = "3600"  # Of the servers that are measured.
    from benchmarks import (
        articles,
        events,
        feed,
        jobs,
        publishing,
        tasks,
    )  # The servers must run before Django looks for them.

    # `make bench` measures all; `python -m benchmarks jobs` one of them.
    parts = {
        "feed": feed,
        "publishing": publishing,
        "articles": articles,
        "jobs": jobs,
        "tasks": tasks,
        "events": events,
    }
    rows: list[dict[str, object]] = []
    failed: list[str] = []
    for name in sys.argv[1:] or list(parts):
        try:
            for line in parts[name].measure():
                _print(line, is_first=not rows)
                rows.append(line)
        except Exception:  # What the others have measured is worth keeping.
            logger.exception("The part %s failed", name)
            failed.append(name)
    return rows, failed


def _print(row: dict[str, object], *, is_first: bool) -> None:
    """Show a row as soon as it is there."""
    if is_first:
        _print_cells(list(row))
        _print_cells(["-" * width for width in WIDTHS])
    _print_cells(list(row.values()))


def _print_cells(cells: Sequence[object]) -> None:
    print("  ".join(str(cell).ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)).rstrip(), flush=True)


def _write(rows: list[dict[str, object]]) -> None:
    RESULTS.mkdir(exist_ok=True)
    now = datetime.now(UTC)
    file = RESULTS / f"{now:%Y-%m-%dT%H%M%S}.json"
    about = {"at": now.isoformat(), "python": platform.python_version(), "cores": os.cpu_count()}
    file.write_text(json.dumps(about | {"rows": rows}, indent=2) + "\n")
    print(f"\nWritten to {file}")


main()
