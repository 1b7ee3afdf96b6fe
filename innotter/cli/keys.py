"""Changing the keys that an installation signs with."""

import os
from collections.abc import Collection, Iterator

import click

from innotter.cli.errors import CannotStart, plainly
from innotter.cli.place import installation
from innotter.config.keys import NAMES, SECRET_KEY, TOKEN_KEY, rotate

#: The variables with keys that count beside the one that signs.
ALSO = {SECRET_KEY: "SECRET_KEY_FALLBACKS", TOKEN_KEY: "TOKEN_KEYS_ALSO"}
KINDS = {SECRET_KEY: "secret keys", TOKEN_KEY: "token keys"}

ELSEWHERE = """\
{names} set in the environment: change the keys there, in two steps, so that each machine knows a key before another
signs with it.
  1. Add the new one to SECRET_KEY_FALLBACKS or TOKEN_KEYS_ALSO, and start all machines anew.
  2. Exchange it with SECRET_KEY or TOKEN_KEY, and start all machines anew.
The old one may go when what it signed is too old to count, which is after REFRESH_TOKEN_SECONDS (30 days)."""
#: What was stolen must not count for as long as it takes to do the same in two steps.
FORGOTTEN_ELSEWHERE = """\
{names} set in the environment: change the keys there, too. On all machines at once, give SECRET_KEY or TOKEN_KEY a new
value, and leave nothing in SECRET_KEY_FALLBACKS and TOKEN_KEYS_ALSO; then start all machines anew. Until you have, what
was signed with the old one still counts."""


@click.command("rotate-keys")
@click.option("--forget", is_flag=True, help="Forget all keys before, if they were stolen: everybody is signed out.")
def rotate_keys(*, forget: bool) -> None:
    """Make new keys to sign with, from the next start on. People stay signed in: earlier keys still count."""
    given = [name for name in NAMES if os.environ.get(name)]
    how = FORGOTTEN_ELSEWHERE if forget else ELSEWHERE
    elsewhere = how.format(names=" and ".join(given) + (" is" if len(given) == 1 else " are"))
    if len(given) == len(NAMES):
        raise CannotStart(elsewhere)
    place = installation()
    with plainly(place.root, again="Then rotate the keys again."):
        rotate(place, forget=forget, names=[name for name in NAMES if name not in given])
    click.echo("There are new keys. They sign from the next start on: stop Innotter, and start it again.")
    for line in _of_the_earlier(given, forget=forget):
        click.echo(line)
    if given:
        click.echo(elsewhere)


def _of_the_earlier(given: Collection[str], *, forget: bool) -> Iterator[str]:
    """What becomes of the keys before, and of people."""
    made = [name for name in NAMES if name not in given]
    if not forget:
        if not given:
            yield "Everybody stays signed in."
        return
    if given:
        yield f"The earlier {KINDS[made[0]]} are forgotten."
    else:
        yield "The earlier ones are forgotten: everybody signs in anew."
    for name in made:
        if os.environ.get(ALSO[name]):
            yield f"Remove {ALSO[name]} from the environment before you start: the keys in it still count."
