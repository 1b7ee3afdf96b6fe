"""Changing the keys that an installation signs with."""

import os

import click

from innotter.cli.errors import CannotStart, plainly
from innotter.cli.place import installation
from innotter.config.keys import NAMES, rotate

ELSEWHERE = """\
{names} set in the environment: change the keys there, in two steps, so that each machine knows a key before another
signs with it.
  1. Add the new one to SECRET_KEY_FALLBACKS or TOKEN_KEYS_ALSO, and start all machines anew.
  2. Exchange it with SECRET_KEY or TOKEN_KEY, and start all machines anew.
The old one may go when what it signed is too old to count, which is after REFRESH_TOKEN_SECONDS (30 days)."""


@click.command("rotate-keys")
@click.option("--forget", is_flag=True, help="Forget all keys before, if they were stolen: everybody is signed out.")
def rotate_keys(*, forget: bool) -> None:
    """Make new keys to sign with, from the next start on. People stay signed in: earlier keys still count."""
    given = [name for name in NAMES if os.environ.get(name)]
    elsewhere = ELSEWHERE.format(names=" and ".join(given) + (" is" if len(given) == 1 else " are"))
    if len(given) == len(NAMES):
        raise CannotStart(elsewhere)
    place = installation()
    with plainly(place.root, again="Then rotate the keys again."):
        rotate(place, forget=forget, names=[name for name in NAMES if name not in given])
    click.echo("There are new keys. They sign from the next start on: stop Innotter, and start it again.")
    if given:
        click.echo(elsewhere)
    else:
        click.echo(
            "The earlier ones are forgotten: everybody signs in anew." if forget else "Everybody stays signed in."
        )
