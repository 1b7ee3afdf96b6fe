"""Commands about what runs beside the core: sending events again, tables from the command line, the doctor."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from innotter.cli.arguments import RegularFile
from innotter.cli.place import installation, running_installation, servers_running, set_up_django

SINCE = click.option(
    "--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="Only what happened since then (UTC)."
)


def _replay(name: str, since: datetime | None) -> None:
    with servers_running():
        set_up_django()
        from django.conf import settings

        from innotter.events.forwarding import replay

        if name not in settings.EVENT_SINKS:
            raise click.ClickException(f"Events are not sent to {name}: there is no such service here.")
        count = replay(name=name, since=since and since.replace(tzinfo=UTC))
    click.echo(f"{count} events are on their way to {name}.")


@click.group()
def stats() -> None:
    """The statistics service."""


@stats.command("replay")
@SINCE
def replay_to_statistics(since: datetime | None) -> None:
    """Send events to it again: the numbers stay the same, and an empty store has them again."""
    _replay("statistics", since)


@click.group()
def insights() -> None:
    """The insights service."""


@insights.command("replay")
@SINCE
def replay_to_insights(since: datetime | None) -> None:
    """Send events to it again: it knows the same afterwards, and an empty database knows it again."""
    _replay("insights", since)


@click.group()
def csv() -> None:
    """Check, clean and keep CSV files on this machine, as the functions for AWS do."""


@csv.command()
@click.argument("file", type=RegularFile())
def upload(file: Path) -> None:
    """Check and clean a CSV file, and keep its rows."""
    command = [sys.executable, "-m", "services.lambdas.local", "upload", str(file)]
    sys.exit(subprocess.run(command, check=False, env=os.environ | _folder_for_tables()).returncode)


def _folder_for_tables() -> dict[str, str]:
    """Where the functions keep files and rows: in the folder of everything else, unless both have a place at AWS."""
    if os.environ.get("CSV_BUCKET") and os.environ.get("CSV_TABLE"):
        return {}
    return {"DATA_DIR": str(installation().root)}


@click.command()
def doctor() -> None:
    """Tell what is reachable, what is behind, and what to do about it."""
    running_installation()
    set_up_django()
    from innotter.config.doctor import examine

    findings = list(examine())
    for finding in findings:
        mark = click.style("ok", fg="green") if finding.is_well else click.style("!!", fg="red")
        click.echo(f"{mark}  {finding}")
        if not finding.is_well:
            click.echo(f"    {finding.advice}")
    if all(finding.is_well for finding in findings):
        return
    sys.exit(1)
