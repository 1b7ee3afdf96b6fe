"""Runs every benchmark, or the parts that are named, on servers of its own. Each row is printed and written to
`benchmarks/results/<date>.json` as soon as it is measured. Each part begins with an empty database. One that fails
costs no other its rows; the exit code says that one has. With `--keep`, docs/performance.md shows the rows of those
that have not (`report.py`)."""

import asyncio
import json
import logging
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from redis import Redis

from benchmarks import report
from innotter.cli.programs import start_servers
from innotter.cli.supervisor import Supervisor
from innotter.config.data_dir import DataDir

logger = logging.getLogger(__name__)

RESULTS = Path(__file__).parent / "results"
#: Of the columns, in characters.
WIDTHS = (42, 10, 10, 10, 24, 20)
KEEP = "--keep"


def main() -> None:
    data = tempfile.mkdtemp(prefix="innotter-bench-")
    # Only the part about events has services beside it.
    os.environ.update(STATISTICS_URL="", INSIGHTS_URL="")
    os.environ.update(THROTTLE_SEARCH_ACCOUNT="1000000/minute", THROTTLE_SEARCH_ADDRESS="1000000/minute")
    os.environ.update(DATA_DIR=data, DJANGO_SETTINGS_MODULE="innotter.config.settings")
    with asyncio.Runner() as runner:
        supervisor = Supervisor()
        try:
            runner.run(start_servers(supervisor, DataDir(data)))
            failed = _measure(kept := Results.begun())
        finally:
            runner.run(supervisor.stop_all())
            shutil.rmtree(DataDir(data).servers, ignore_errors=True)
            shutil.rmtree(data, ignore_errors=True)
    print(f"\nWritten to {kept.file}")
    if KEEP in sys.argv:
        report.keep({name: rows for name, rows in kept.parts.items() if name not in failed}, kept.about)
    sys.exit(f"These failed: {', '.join(failed)}." if failed else 0)


@dataclass
class Results:
    """The rows of each part, and of what and where they were measured."""

    file: Path
    about: dict[str, object]
    parts: dict[str, list[dict[str, object]]] = field(default_factory=dict)

    @classmethod
    def begun(cls) -> "Results":
        RESULTS.mkdir(exist_ok=True)
        now = datetime.now(UTC)
        return cls(RESULTS / f"{now:%Y-%m-%dT%H%M%S}.json", {"at": now.isoformat(timespec="seconds")} | _machine())

    def add(self, part: str, row: dict[str, object]) -> None:
        _print(row, is_first=not self.parts)
        self.parts.setdefault(part, []).append(row)
        self.file.write_text(json.dumps({"about": self.about, "parts": self.parts}, indent=2) + "\n")


def _machine() -> dict[str, object]:
    """What the figures depend on."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    models = [line for line in _lines(Path("/proc/cpuinfo")) if line.startswith("model name")]
    return {
        "commit": commit.stdout.strip(),
        "python": platform.python_version(),
        "django": django.get_version(),
        "processor": models[0].partition(":")[2].strip() if models else platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
    }


def _beside() -> dict[str, object]:
    """The versions of what the product stands on, and of what makes the load."""
    wrk = subprocess.run(["wrk", "--version"], capture_output=True, text=True, check=False).stdout
    with Redis.from_url(settings.CACHES["default"]["LOCATION"]) as client:
        known = client.info("server")
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        postgres = cursor.fetchone()[0]
    return {
        "postgresql": postgres.partition(" ")[0],
        "valkey": known.get("valkey_version", known["redis_version"]),
        "granian": version("granian"),
        "wrk": wrk.split()[1] if wrk else "",
    }


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def _measure(results: Results) -> list[str]:
    """The names of the parts that failed."""
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    results.about |= _beside()
    os.environ["ACCESS_TOKEN_SECONDS"] = "3600"  # Of the servers that are measured.
    from benchmarks import (
        articles,
        events,
        feed,
        fresh,
        growth,
        jobs,
        memory,
        pages,
        search,
        splits,
        tasks,
        writing,
    )  # The servers must run before Django looks for them.

    # `make bench` measures all; `make bench PART=jobs` one of them.
    parts = {
        "feed": feed,
        "pages": pages,
        "splits": splits,
        "growth": growth,
        "search": search,
        "writing": writing,
        "articles": articles,
        "jobs": jobs,
        "tasks": tasks,
        "events": events,
        "memory": memory,
    }
    fresh.remember_empty()
    failed: list[str] = []
    for name in [name for name in sys.argv[1:] if name != KEEP] or list(parts):
        try:
            fresh.begin_anew()
            for line in parts[name].measure():
                results.add(name, line)
        except Exception:  # What the others have measured is worth keeping.
            logger.exception("The part %s failed", name)
            failed.append(name)
    return failed


def _print(row: dict[str, object], *, is_first: bool) -> None:
    """Show a row as soon as it is there."""
    if is_first:
        _print_cells(list(row))
        _print_cells(["-" * width for width in WIDTHS])
    _print_cells(list(row.values()))


def _print_cells(cells: Sequence[object]) -> None:
    print("  ".join(str(cell).ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)).rstrip(), flush=True)


main()
