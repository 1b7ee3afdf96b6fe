"""What the command line says when it cannot go on."""

import click


class CannotStart(click.ClickException):
    """A sentence for the person at the keyboard: what is wrong, and what to do."""
