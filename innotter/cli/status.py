"""Whether an installation runs, and which part of it answers."""

import json
import os
import sys
import urllib.error
import urllib.request

import click

from innotter.cli.lock import is_running
from innotter.cli.place import installation
from innotter.config.data_dir import DataDir
from innotter.config.hosts import reachable

SECONDS = 5


@click.command()
def status() -> None:
    """Say whether it runs, where, and which parts answer. Ends with 0 when all is well, else with 1."""
    place = installation()
    if not is_running(place):
        click.echo(f"Innotter is not running on {place.root}. Start it with: innotter up (or make run)")
        sys.exit(1)
    host, port = _kept(place, "HOST", "127.0.0.1"), int(_kept(place, "PORT", "8000"))
    at = reachable(host)
    click.echo(f"Innotter runs on {place.root} (process {place.lock.read_text().strip()}) at http://{at}:{port}/")
    parts = _parts(at, port)
    for name, state in parts.items():
        click.echo(f"  {name:<12} {state}")
    if set(parts.values()) > {"ok"} or "ok" not in parts.values():
        click.echo("To learn more: innotter doctor, innotter logs")
        sys.exit(1)


def _kept(place: DataDir, name: str, otherwise: str) -> str:
    """Where it listens: as it has written down itself, for it may have been told by its own environment."""
    file = {"HOST": place.host, "PORT": place.port}[name]
    return file.read_text().strip() if file.exists() else os.environ.get(name, otherwise)


def _parts(at: str, port: int) -> dict[str, str]:
    web = _answer(f"{at}:{port}/health/ready/")
    parts = {"web": web.pop("status", "ok") if web is not None else "does not answer"} | (web or {})
    for number, (name, variable) in enumerate((("statistics", "STATISTICS_URL"), ("insights", "INSIGHTS_URL")), 1):
        if variable not in os.environ:
            found = _answer(f"127.0.0.1:{port + number}/health/ready")
            parts[name] = "ok" if found is not None else "does not answer"
    return parts


def _answer(address: str) -> dict[str, str] | None:
    """What it says of its parts; None when it does not answer."""
    try:
        with urllib.request.urlopen(f"http://{address}", timeout=SECONDS) as answer:
            body = answer.read()
    except urllib.error.HTTPError as error:
        with error:
            body = error.read()
    except OSError:
        return None
    try:
        said = json.loads(body)
    except ValueError:
        return None
    return {str(name): str(state) for name, state in said.items()} if isinstance(said, dict) else {}
