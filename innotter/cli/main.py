"""`innotter`: start the product, make an admin, reach Django's commands."""

import asyncio
import os
import sys
from functools import partial
from importlib import import_module
from pathlib import Path

import click
from dotenv import load_dotenv

from innotter.cli.lock import locked
from innotter.cli.log_file import keep_logs
from innotter.cli.place import data_dir, servers_running, set_up_django
from innotter.cli.ports import check_ports
from innotter.cli.up import run

#: Commands that are loaded when they are asked for: `up` goes on for months, and does without what they need.
_LATER = {
    "backup": "innotter.cli.backup:backup",
    "restore": "innotter.cli.restoring:restore",
    "rotate-keys": "innotter.cli.keys:rotate_keys",
    "stats": "innotter.cli.beside:stats",
    "insights": "innotter.cli.beside:insights",
    "csv": "innotter.cli.beside:csv",
    "doctor": "innotter.cli.beside:doctor",
    "logs": "innotter.cli.logs:logs",
    "status": "innotter.cli.status:status",
}


class _Commands(click.Group):
    """All commands; `up` is meant when none is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, args or ["up"])

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_LATER])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _LATER:
            return super().get_command(ctx, cmd_name)
        module, name = _LATER[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="innotter")
def main() -> None:
    """A self-hosted home for a community that publishes and works together. Without a command, starts everything."""
    # Pictures of private pages and all numbers lie in the data folder, which may be open to everybody.
    click.get_current_context().call_on_close(partial(os.umask, os.umask(0o077)))
    load_dotenv(".env")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "innotter.config.settings")


@main.command()
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", envvar="PORT", default=8000, show_default=True, type=click.IntRange(1, 65533))
def up(host: str, port: int) -> None:
    """Start everything, and stop it on Ctrl-C."""
    _start(host, port)


@main.command()
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", envvar="PORT", default=8000, show_default=True, type=click.IntRange(1, 65533))
def demo(host: str, port: int) -> None:
    """The same, with a small community in an empty data folder."""
    _start(host, port, demo=True)


def _start(host: str, port: int, *, demo: bool = False) -> None:
    place = data_dir()
    os.environ["HOST"], os.environ["PORT"] = host, str(port)
    with locked(place):
        check_ports(host, port)
        keep_logs(place.logs)
        asyncio.run(run(place, host=host, port=port, demo=demo))


@main.command()
@click.option("--username", prompt=True)
@click.option("--email", prompt="E-mail address")
@click.password_option()
def createadmin(username: str, email: str, password: str) -> None:
    """Make an admin, who can sign in at once."""
    with servers_running():
        set_up_django()
        from django.core.exceptions import ValidationError
        from django.core.management import call_command

        from innotter.accounts.services import make_admin
        from innotter.errors import ProductError

        call_command("migrate", interactive=False, verbosity=0)
        try:
            make_admin(username=username, email=email, password=password)
        except ValidationError as error:
            raise click.ClickException(" ".join(error.messages)) from None
        except ProductError as refusal:
            raise click.ClickException(
                " ".join(error for errors in refusal.errors.values() for error in errors)
            ) from None
    click.echo(f"{username} is an admin now.")


@main.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--page", required=True, help="The handle of the page that they are published on.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--overwrite", is_flag=True, help="Take files whose articles were edited on the site since, too.")
def import_articles(folder: Path, page: str, dry_run: bool, overwrite: bool) -> None:
    """Make articles of the Markdown files in a folder."""
    with servers_running():
        set_up_django()
        from django.core.management import CommandError, call_command

        call_command("migrate", interactive=False, verbosity=0)
        try:
            call_command("importarticles", folder, page=page, dry_run=dry_run, overwrite=overwrite)
        except CommandError as error:
            raise click.ClickException(str(error)) from None


@main.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Reach Django's commands, such as `innotter manage shell`."""
    from django.core.management import execute_from_command_line
    from environs import EnvError

    with servers_running():
        try:
            execute_from_command_line([f"{Path(sys.argv[0]).name} manage", *arguments])
        except EnvError as error:
            raise click.ClickException(str(error)) from None
