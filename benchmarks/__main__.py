"""Runs every benchmark on servers of its own, prints a table and writes `benchmarks/results/<date>.json`."""

import asyncio
import json
import os
import platform
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import django
from django.core.management import call_command

from innotter.cli.programs import start_servers
from innotter.cli.supervisor import Supervisor
from innotter.config.data_dir import DataDir

RESULTS = Path(__file__).parent / "results"


def main() -> None:
    data = tempfile.mkdtemp(prefix="innotter-bench-")
    # Only the part about events has services beside it.
    os.environ.update(STATISTICS_URL="", INSIGHTS_URL="")
    os.environ.update(DATA_DIR=data, DJANGO_SETTINGS_MODULE="innotter.config.settings")
    with asyncio.Runner() as runner:
        supervisor = Supervisor()
        try:
            runner.run(start_servers(supervisor, DataDir(data)))
            rows = _measure()
        finally:
            runner.run(supervisor.stop_all())
            shutil.rmtree(DataDir(data).servers, ignore_errors=True)
            shutil.rmtree(data, ignore_errors=True)
    _print(rows)
    _write(rows)


def _measure() -> list[dict[str, object]]:
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
    chosen = sys.argv[1:] or list(parts)
    return [line for name in chosen for line in parts[name].measure()]


def _print(rows: list[dict[str, object]]) -> None:
    columns = list(rows[0])
    widths = [max(len(column), *(len(str(row[column])) for row in rows)) for column in columns]
    for cells in (
        columns,
        ["-" * width for width in widths],
        *([str(row[column]) for column in columns] for row in rows),
    ):
        print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)))


def _write(rows: list[dict[str, object]]) -> None:
    RESULTS.mkdir(exist_ok=True)
    now = datetime.now(UTC)
    file = RESULTS / f"{now:%Y-%m-%dT%H%M%S}.json"
    about = {"at": now.isoformat(), "python": platform.python_version(), "cores": os.cpu_count()}
    file.write_text(json.dumps(about | {"rows": rows}, indent=2) + "\n")
    print(f"\nWritten to {file}")


main()
